import type { Handle } from "../db/handle.ts";

/**
 * How well each document's name and title fit the question, by its live revision: the IDFs, over the documents of the
 * index, of the words they share. It tells similar documents apart (which company, which year) where their passages do
 * not say.
 */
export async function searchNames(db: Handle, indexId: number, terms: string[]): Promise<Map<number, number>> {
	const { rows } = await db.query<{ revision: number; score: number }>(
		`WITH words AS MATERIALIZED (
			SELECT * FROM unnest($2::text[]) AS t (lexeme)
		 ), any_word AS MATERIALIZED (
			SELECT string_agg(quote_literal(lexeme), ' | ')::tsquery AS query FROM words
		 ), hits AS MATERIALIZED (
			SELECT f.live_revision AS revision, n.lexeme
			FROM index_files f, any_word, unnest(f.name_lexemes) n JOIN words ON words.lexeme = n.lexeme
			WHERE f.index_id = $1 AND f.live_revision IS NOT NULL AND f.name_lexemes @@ any_word.query
		 ), total AS (
			SELECT count(*)::float8 AS documents FROM index_files WHERE index_id = $1 AND live_revision IS NOT NULL
		 ), rarity AS (
			SELECT lexeme, ln(1 + (total.documents - count(*) + 0.5) / (count(*) + 0.5)) AS idf
			FROM hits, total GROUP BY lexeme, total.documents
		 )
		 SELECT hits.revision, sum(rarity.idf) AS score FROM hits JOIN rarity ON rarity.lexeme = hits.lexeme GROUP BY hits.revision`,
		[indexId, terms],
	);
	return new Map(rows.map((row) => [row.revision, row.score]));
}
