import type { Handle } from "../db/handle.ts";
import { ExcerptError, notFound } from "../errors.ts";
import { getVectorStore, type VectorStoreRow } from "../store/vector-stores.ts";

/** The store, or 404. */
export async function requireStore(db: Handle, projectId: string, id: string): Promise<VectorStoreRow> {
	const store = await getVectorStore(db, projectId, id);
	if (!store) throw notFound(`No vector store found with id '${id}'.`, "vector_store_id");
	return store;
}

/** The store, if it can be searched and added to; an expired one can only be looked at. */
export async function requireUsableStore(db: Handle, projectId: string, id: string): Promise<VectorStoreRow> {
	const store = await requireStore(db, projectId, id);
	if (!store.expired) return store;
	throw new ExcerptError(
		"vector_store_expired",
		`The vector store '${id}' expired after ${store.expires_after_days} days without use. Create a new one from its files.`,
		{ param: "vector_store_id" },
	);
}
