import type { Handle } from "../db/handle.ts";
import type { Filter } from "../filter.ts";
import { filterSql } from "./attribute-filter.ts";

export type LexicalQuery = {
	index_id: number;
	/** A tsquery: a chunk must match it to be looked at. */
	candidates: string;
	/** The query's IDFs as a sparsevec. */
	idfs: string;
	/** What a chunk gains by its document, by file id. */
	documentScores: Map<string, number>;
	filter: Filter | null;
	limit: number;
};

/**
 * The chunks of live revisions that score highest: exact BM25 over the candidates, plus their document's score.
 * Filters are applied before ranking, so a selective filter still finds all there is.
 */
export async function searchLexical(db: Handle, query: LexicalQuery): Promise<number[]> {
	const values: unknown[] = [
		query.index_id,
		query.candidates,
		query.idfs,
		[...query.documentScores.keys()],
		[...query.documentScores.values()],
		query.limit,
	];
	const condition = query.filter ? `AND ${filterSql(query.filter, "s.attributes", values)}` : "";
	const { rows } = await db.query<{ id: number }>(
		`SELECT c.id
		 FROM chunks c
		 JOIN index_files f ON f.index_id = c.index_id AND f.file_id = c.file_id AND f.live_revision = c.revision
		 JOIN indexes i ON i.id = c.index_id
		 JOIN vector_store_files s ON s.vector_store_id = i.vector_store_id AND s.file_id = c.file_id
		 LEFT JOIN unnest($4::text[], $5::float8[]) AS d (file_id, score) ON d.file_id = c.file_id
		 WHERE c.index_id = $1 AND c.lexemes @@ $2::tsquery ${condition}
		 ORDER BY (c.weights <#> $3::sparsevec) - coalesce(d.score, 0), c.id
		 LIMIT $6`,
		values,
	);
	return rows.map((row) => row.id);
}
