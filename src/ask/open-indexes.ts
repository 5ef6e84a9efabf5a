import type { Handle } from "../db/handle.ts";
import { ExcerptError } from "../errors.ts";
import type { Embedder } from "../models/embedder.ts";
import { getActiveIndex, type IndexRow } from "../store/indexes.ts";

/**
 * The index that each store answers from. Throws `not_found` for a store that is not there, and `configuration` for one
 * that was embedded with another model than questions are.
 */
export async function openIndexes(db: Handle, embedder: Embedder | null, storeIds: string[]): Promise<IndexRow[]> {
	const indexes: IndexRow[] = [];
	for (const id of storeIds) {
		const index = await getActiveIndex(db, id);
		if (!index) throw new ExcerptError("not_found", `No vector store found with id '${id}'.`);
		if (index.embedding_model !== null && embedder?.model !== index.embedding_model) {
			throw new ExcerptError(
				"configuration",
				`This vector store was embedded with '${index.embedding_model}', and EMBEDDING_MODEL is ${embedder ? `'${embedder.model}'` : "not set"}. Set it back, or build a new index.`,
			);
		}
		indexes.push(index);
	}
	return indexes;
}
