import type { Handle } from "../db/handle.ts";

/** What one term adds to a chunk's BM25: the chunk's weight of it times the query's IDF. */
export type MatchedTerm = { chunk: number; term: string; score: number };

/** What each of the terms adds to each of the chunks; those that add nothing are left out. `vector`: its IDF as a sparsevec. */
export async function matchTerms(
	db: Handle,
	indexId: number,
	chunkIds: number[],
	terms: { term: string; vector: string }[],
): Promise<MatchedTerm[]> {
	const { rows } = await db.query<MatchedTerm>(
		`SELECT c.id AS chunk, t.term, -(c.weights <#> t.vector::sparsevec) AS score
		 FROM chunk_terms c, unnest($3::text[], $4::text[]) AS t (term, vector)
		 WHERE c.index_id = $1 AND c.id = ANY($2::bigint[]) AND c.weights <#> t.vector::sparsevec < 0
		 ORDER BY c.id, score DESC, t.term`,
		[indexId, chunkIds, terms.map(({ term }) => term), terms.map(({ vector }) => vector)],
	);
	return rows;
}
