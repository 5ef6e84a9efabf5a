import type { Handle } from "../db/handle.ts";
import { ExcerptError, notFound } from "../errors.ts";
import {
	getVectorStore,
	getVectorStoreState,
	type VectorStoreRow,
	type VectorStoreState,
} from "../store/vector-stores.ts";

/** The store with what is known of its files, or 404. */
export async function readStore(db: Handle, projectId: string, id: string): Promise<VectorStoreRow> {
	return found(await getVectorStore(db, projectId, id), id);
}

/** That the store is there, or 404. */
export async function requireStore(db: Handle, projectId: string, id: string): Promise<VectorStoreState> {
	return found(await getVectorStoreState(db, projectId, id), id);
}

/** That the store can be searched and added to; an expired one can only be looked at. */
export async function requireUsableStore(db: Handle, projectId: string, id: string): Promise<VectorStoreState> {
	const store = await requireStore(db, projectId, id);
	if (!store.expired) return store;
	throw new ExcerptError(
		"vector_store_expired",
		`The vector store '${id}' expired after ${store.expires_after_days} days without use. Create a new one from its files.`,
		{ param: "vector_store_id" },
	);
}

function found<Store>(store: Store | undefined, id: string): Store {
	if (!store) throw notFound(`No vector store found with id '${id}'.`, "vector_store_id");
	return store;
}
