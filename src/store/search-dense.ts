import type { Handle } from "../db/handle.ts";
import type { Filter } from "../filter.ts";
import { liveRevisionsSql } from "./live-revisions.ts";
import type { VectorScore } from "./score-chunks.ts";

export type DenseQuery = {
	index_id: number;
	/** The question's embedding in pgvector's text form. */
	embedding: string;
	filter: Filter | null;
	limit: number;
};

/** All vectors of live revisions are compared: nothing is missed, and the time grows with their number. */
export async function searchDenseExactly(db: Handle, query: DenseQuery): Promise<VectorScore[]> {
	const values: unknown[] = [query.index_id, query.embedding, query.limit];
	const { rows } = await db.query<VectorScore>(
		`SELECT id, 1 - (embedding <=> $2::halfvec) AS cosine
		 FROM chunk_vectors
		 WHERE index_id = $1 AND revision IN (${liveRevisionsSql(query.filter, values)})
		 ORDER BY embedding <=> $2::halfvec, id
		 LIMIT $3`,
		values,
	);
	return rows;
}

/**
 * The same by the index's own HNSW index (`createVectorIndex`), `looked` vectors deep. Those that turn out not to be live,
 * or not to pass the filter, are left out after the index has given them, so that fewer than `limit` may come back.
 */
export async function searchDenseByHnsw(
	db: Handle,
	{ dimensions, looked, ...query }: DenseQuery & { dimensions: number; looked: number },
): Promise<VectorScore[]> {
	const values: unknown[] = [query.index_id, query.embedding, query.limit, looked];
	// Index and dimensions stand in the text: they must match the index's expression and condition before values are known.
	const { rows } = await db.query<VectorScore>(
		`WITH nearest AS MATERIALIZED (
			SELECT id, revision, embedding::halfvec(${dimensions}) <=> $2::halfvec(${dimensions}) AS distance
			FROM chunk_vectors WHERE index_id = ${query.index_id}
			ORDER BY embedding::halfvec(${dimensions}) <=> $2::halfvec(${dimensions})
			LIMIT $4
		 )
		 SELECT id, 1 - distance AS cosine FROM nearest WHERE revision IN (${liveRevisionsSql(query.filter, values)})
		 ORDER BY distance, id
		 LIMIT $3`,
		values,
	);
	return rows;
}

/** The same by signs: the `compared` vectors whose signs differ least from the question's are compared exactly. */
export async function searchDenseByCodes(
	db: Handle,
	{ dimensions, compared, ...query }: DenseQuery & { dimensions: number; compared: number },
): Promise<VectorScore[]> {
	const values: unknown[] = [query.index_id, query.embedding, query.limit, compared];
	const { rows } = await db.query<VectorScore>(
		`WITH near AS MATERIALIZED (
			SELECT id FROM chunk_codes
			WHERE index_id = $1 AND revision IN (${liveRevisionsSql(query.filter, values)})
			ORDER BY code <~> binary_quantize($2::halfvec(${dimensions}))
			LIMIT $4
		 )
		 SELECT v.id, 1 - (v.embedding <=> $2::halfvec) AS cosine
		 FROM near JOIN chunk_vectors v ON v.index_id = $1 AND v.id = near.id
		 ORDER BY v.embedding <=> $2::halfvec, v.id
		 LIMIT $3`,
		values,
	);
	return rows;
}
