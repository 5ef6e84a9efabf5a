import type { Handle } from "../db/handle.ts";
import { anyOf } from "../lexical/lexemes.ts";
import type { IndexRow } from "./indexes.ts";

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

/**
 * As `countTerms`, without counting: for an index that nobody is answered from yet, whose terms are counted once when it
 * is complete (`recountTerms`). Counting them batch by batch was the most that a build cost the database.
 */
export async function addTerms(db: Handle, indexId: number, terms: string[]): Promise<Map<string, number>> {
	const { rows } = await db.query<{ term: string; id: number }>(
		`WITH given AS (
			SELECT g.term, t.id FROM unnest($2::text[]) AS g (term)
			LEFT JOIN LATERAL (SELECT id FROM index_terms t WHERE t.index_id = $1 AND t.term = g.term LIMIT 1) t ON true
		 ), fresh AS (
			INSERT INTO index_terms (index_id, project_id, term, id, df)
			SELECT $1, i.project_id, g.term, i.last_term_id + row_number() OVER (), 0
			FROM given g JOIN indexes i ON i.id = $1 WHERE g.id IS NULL
			RETURNING term, id
		 ), counter AS (
			UPDATE indexes SET last_term_id = last_term_id + (SELECT count(*) FROM fresh) WHERE id = $1
		 )
		 SELECT term, id FROM given WHERE id IS NOT NULL UNION ALL SELECT term, id FROM fresh`,
		[indexId, terms],
	);
	return new Map(rows.map((row) => [row.term, row.id]));
}

/** Counts anew how many chunks hold each term, in a transaction that holds the lock on the index's row. */
export async function recountTerms(db: Handle, indexId: number): Promise<void> {
	// Of an index that Postgres' statistics do not know each term was compared with each: 22,600 chunks took over five minutes.
	await db.query("SET LOCAL enable_nestloop = off");
	await db.query(
		`UPDATE index_terms t SET df = counted.df
		 FROM (
			SELECT known.term, coalesce(found.ndoc, 0) AS df
			FROM index_terms known
			LEFT JOIN ts_stat('SELECT lexemes FROM chunk_terms WHERE index_id = ${indexId}') found ON found.word = known.term
			WHERE known.index_id = $1
		 ) counted
		 WHERE t.index_id = $1 AND t.term = counted.term AND t.df <> counted.df`,
		[indexId],
	);
}

/** The ids of terms that are known to be in the vocabulary. */
export async function getTermIds(db: Handle, indexId: number, terms: string[]): Promise<Map<string, number>> {
	const { rows } = await db.query<{ term: string; id: number }>(
		"SELECT term, id FROM index_terms WHERE index_id = $1 AND term = ANY($2::text[])",
		[indexId, terms],
	);
	return new Map(rows.map((row) => [row.term, row.id]));
}

/** The number of chunks that hold each term, and its id, for those that are in the vocabulary. */
export async function getTerms(
	db: Handle,
	index: Pick<IndexRow, "id" | "complete">,
	terms: string[],
): Promise<Map<string, { id: number; df: number }>> {
	if (!index.complete) return countKnownTerms(db, index.id, terms);
	const { rows } = await db.query<{ term: string; id: number; df: number }>(
		"SELECT term, id, df FROM index_terms WHERE index_id = $1 AND term = ANY($2::text[])",
		[index.id, terms],
	);
	return new Map(rows.map((row) => [row.term, row]));
}

/** The same in an index that is asked by name while it is being built. */
async function countKnownTerms(
	db: Handle,
	indexId: number,
	terms: string[],
): Promise<Map<string, { id: number; df: number }>> {
	const { rows } = await db.query<{ term: string; id: number; df: number }>(
		`SELECT t.term, t.id,
			(SELECT count(*) FROM chunk_terms c WHERE c.index_id = $1 AND c.lexemes @@ given.query::tsquery)::int AS df
		 FROM unnest($2::text[], $3::text[]) AS given (term, query)
		 JOIN index_terms t ON t.index_id = $1 AND t.term = given.term`,
		[indexId, terms, terms.map((term) => anyOf([term]))],
	);
	return new Map(rows.map((row) => [row.term, row]));
}

/** The terms of each text in each language, with the places of their words, which are the same in all of them. */
export async function analyseQuestions(
	db: Handle,
	languages: string[],
	searchables: string[],
): Promise<{ text: number; language: string; term: string; places: number[] }[]> {
	const { rows } = await db.query<{ text: number; language: string; term: string; places: number[] }>(
		`SELECT t.place::int - 1 AS text, l.language, q.lexeme AS term, q.positions::int[] AS places
		 FROM unnest($1::text[]) WITH ORDINALITY AS t (text, place), unnest($2::text[]) AS l (language),
			unnest(to_tsvector(l.language::regconfig, t.text)) AS q`,
		[searchables, languages],
	);
	return rows;
}

/** The tsvector of each text in its language, in Postgres' text form: `'fox':3 'quick':2`. */
export async function analyseTexts(db: Handle, texts: { language: string; searchable: string }[]): Promise<string[]> {
	const { rows } = await db.query<{ lexemes: string }>(
		`SELECT to_tsvector(t.language::regconfig, t.text)::text AS lexemes
		 FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS t (language, text, place) ORDER BY t.place`,
		[texts.map(({ language }) => language), texts.map(({ searchable }) => searchable)],
	);
	return rows.map((row) => row.lexemes);
}
