import type { Handle } from "../db/handle.ts";

/**
 * Counts terms into the index's vocabulary and returns the id of each: its place in the sparse vectors of this index.
 * New terms get the next free ids. The caller holds the lock on the index's row, so that ids are given out once and two
 * writers never wait for each other's terms crosswise.
 */
export async function countTerms(db: Handle, indexId: number, df: Map<string, number>): Promise<Map<string, number>> {
	const { rows } = await db.query<{ term: string; id: number }>(
		`WITH given AS (
			SELECT * FROM unnest($2::text[], $3::int[]) AS g (term, df)
		 ), known AS (
			UPDATE index_terms t SET df = t.df + given.df FROM given
			WHERE t.index_id = $1 AND t.term = given.term RETURNING t.term, t.id
		 ), fresh AS (
			INSERT INTO index_terms (index_id, project_id, term, id, df)
			SELECT $1, i.project_id, g.term, i.last_term_id + row_number() OVER (), g.df
			FROM given g JOIN indexes i ON i.id = $1
			WHERE NOT EXISTS (SELECT FROM index_terms t WHERE t.index_id = $1 AND t.term = g.term)
			RETURNING term, id
		 ), counter AS (
			UPDATE indexes SET last_term_id = last_term_id + (SELECT count(*) FROM fresh) WHERE id = $1
		 )
		 SELECT term, id FROM known UNION ALL SELECT term, id FROM fresh`,
		[indexId, [...df.keys()], [...df.values()]],
	);
	return new Map(rows.map((row) => [row.term, row.id]));
}

/** The ids of terms that are known to be in the vocabulary. */
export async function getTermIds(db: Handle, indexId: number, terms: string[]): Promise<Map<string, number>> {
	const { rows } = await db.query<{ term: string; id: number }>(
		"SELECT term, id FROM index_terms WHERE index_id = $1 AND term = ANY($2::text[])",
		[indexId, terms],
	);
	return new Map(rows.map((row) => [row.term, row.id]));
}

/** A query's term in an index; `id` and `df` are null and 0 where no chunk holds it. */
export type QueryTerm = { term: string; id: number | null; df: number };

/** The terms of each text as the index would store them, with the number of chunks that hold each. */
export async function analyseQuery(
	db: Handle,
	index: { id: number; language: string },
	searchable: string,
): Promise<QueryTerm[]> {
	const { rows } = await db.query<QueryTerm>(
		`SELECT q.lexeme AS term, t.id, coalesce(t.df, 0) AS df
		 FROM unnest(to_tsvector($2::regconfig, $3)) AS q
		 LEFT JOIN index_terms t ON t.index_id = $1 AND t.term = q.lexeme`,
		[index.id, index.language, searchable],
	);
	return rows;
}

/** The tsvector of each text, in Postgres' text form: `'fox':3 'quick':2`. */
export async function analyseTexts(db: Handle, language: string, searchables: string[]): Promise<string[]> {
	const { rows } = await db.query<{ lexemes: string }>(
		`SELECT to_tsvector($1::regconfig, t.text)::text AS lexemes
		 FROM unnest($2::text[]) WITH ORDINALITY AS t (text, place) ORDER BY t.place`,
		[language, searchables],
	);
	return rows.map((row) => row.lexemes);
}
