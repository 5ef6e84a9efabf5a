import type { Handle } from "../db/handle.ts";
import type { Filter } from "../filter.ts";
import type { IndexRow } from "../store/indexes.ts";
import { countLiveChunks } from "../store/live-revisions.ts";
import type { VectorScore } from "../store/score-chunks.ts";
import { type DenseQuery, searchDenseByCodes, searchDenseByHnsw, searchDenseExactly } from "../store/search-dense.ts";
import { EXACT_UP_TO } from "../store/vector-index.ts";

/** Vectors whose signs are nearest and that are then compared exactly, for each one that is wanted. */
const COMPARED_PER_WANTED = 10;

/** HNSW is asked for half as many again as are wanted, because some may not be live; and not for more than this. */
const SPARE = 1.5;
const DEEPEST = 2_000;

/**
 * The chunks nearest to a question by cosine, nearest first; by whatever finds them soonest: all vectors are
 * compared where they are few, else the index's HNSW index or its codes are asked. What a filter leaves is always all
 * looked at where it is not many, so that a selective filter loses nothing.
 */
export async function nearestChunks(
	db: Handle,
	index: Pick<IndexRow, "id" | "chunk_count" | "embedding_dimensions" | "vector_index">,
	{ embedding, filter, limit }: { embedding: string; filter: Filter | null; limit: number },
): Promise<VectorScore[]> {
	const query: DenseQuery = { index_id: index.id, embedding, filter, limit };
	const { vector_index: kind, embedding_dimensions: dimensions } = index;
	const found = kind && dimensions ? await approximately(db, index.chunk_count, kind, { ...query, dimensions }) : null;
	return found ?? searchDenseExactly(db, query);
}

/** Null where comparing all is the better way. */
async function approximately(
	db: Handle,
	chunkCount: number,
	kind: "hnsw" | "codes",
	query: DenseQuery & { dimensions: number },
) {
	const { filter, limit } = query;
	const eligible = filter ? await countLiveChunks(db, query.index_id, filter) : chunkCount;
	if (eligible <= EXACT_UP_TO[kind]) return null;
	if (kind === "codes") return searchDenseByCodes(db, { ...query, compared: limit * COMPARED_PER_WANTED });
	const perFound = chunkCount / eligible;
	for (let looked = Math.ceil(limit * SPARE * perFound); looked <= DEEPEST; looked *= 4) {
		const found = await searchDenseByHnsw(db, { ...query, looked });
		if (found.length >= limit) return found;
	}
	return null;
}
