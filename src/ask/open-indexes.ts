import type { Handle } from "../db/handle.ts";
import { ExcerptError } from "../errors.ts";
import type { Embedder } from "../models/embedder.ts";
import { getActiveIndex, getIndex, type IndexRow } from "../store/indexes.ts";

/**
 * The index that each store answers from; read once, so that a search stays in it whatever is activated meanwhile.
 * `indexId`: this one instead. Throws `not_found` for a store that is not there, and `configuration` for one that was
 * embedded where questions cannot be.
 */
export async function openIndexes(
	db: Handle,
	embedder: Embedder | null,
	storeIds: string[],
	indexId?: number,
): Promise<IndexRow[]> {
	const indexes: IndexRow[] = [];
	for (const id of storeIds) {
		const index = indexId === undefined ? await getActiveIndex(db, id) : await getIndex(db, indexId);
		if (!index) throw new ExcerptError("not_found", `No vector store found with id '${id}'.`);
		if (index.embedding_model !== null && !embedder) {
			throw new ExcerptError(
				"configuration",
				`This vector store was embedded with '${index.embedding_model}', and EMBEDDING_MODEL is not set. Set it, or build an index without vectors.`,
			);
		}
		indexes.push(index);
	}
	return indexes;
}
