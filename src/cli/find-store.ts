import type OpenAI from "openai";
import type { VectorStore } from "openai/resources/vector-stores/vector-stores";
import { ExcerptError } from "../errors.ts";

/** The store of that id or name; of several with the name, the newest. Undefined where there is none. */
export async function findStore(client: OpenAI, nameOrId: string): Promise<VectorStore | undefined> {
	for await (const store of client.vectorStores.list({ limit: 100 })) {
		if (store.id === nameOrId || store.name === nameOrId) return store;
	}
	return undefined;
}

/** As `findStore`, for commands that need one. */
export async function requireStore(client: OpenAI, nameOrId: string): Promise<VectorStore> {
	const store = await findStore(client, nameOrId);
	if (store) return store;
	const names: string[] = [];
	for await (const { id, name } of client.vectorStores.list({ limit: 100 })) names.push(name || id);
	const there = names.length > 0 ? `There are: ${names.slice(0, 20).join(", ")}.` : "There is none yet.";
	throw new ExcerptError(
		"not_found",
		`No vector store is called '${nameOrId}'. ${there} 'excerpt ingest PATHS --store NAME' makes one.`,
	);
}
