import type { Handle } from "../db/handle.ts";

/** What a chunk scores by its words. */
export type WordScore = {
	id: number;
	revision: number;
	/** The text search configuration that its words were stemmed by. */
	language: string;
	/** BM25, without the document's score. */
	bm25: number;
};

/** How near a chunk's vector is. */
export type VectorScore = { id: number; cosine: number };

/** The BM25 scores of chunks that another search found. `idfs`: the query's, as a sparsevec. */
export async function scoreWords(db: Handle, indexId: number, ids: number[], idfs: string): Promise<WordScore[]> {
	if (ids.length === 0) return [];
	const { rows } = await db.query<WordScore>(
		`SELECT id, revision, language, -(weights <#> $3::sparsevec) AS bm25
		 FROM chunk_terms WHERE index_id = $1 AND id = ANY($2::bigint[])`,
		[indexId, ids, idfs],
	);
	return rows;
}

/** The cosine similarities of chunks that another search found; a chunk without a vector is left out. */
export async function scoreVectors(
	db: Handle,
	indexId: number,
	ids: number[],
	embedding: string,
): Promise<VectorScore[]> {
	if (ids.length === 0) return [];
	const { rows } = await db.query<VectorScore>(
		`SELECT id, 1 - (embedding <=> $3::halfvec) AS cosine
		 FROM chunk_vectors WHERE index_id = $1 AND id = ANY($2::bigint[])`,
		[indexId, ids, embedding],
	);
	return rows;
}
