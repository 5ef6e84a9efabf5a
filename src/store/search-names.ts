import type { Handle } from "../db/handle.ts";

/**
 * How well each document's name and title fit the question, by its live revision: the IDFs, over the documents of the
 * index, of the words they share, times the share that these have of the name's. It tells similar documents apart (which
 * company, which year) where their passages do not say; one word of a long title, which its text repeats, must not count
 * as much.
 * How common a word is that was not asked for is judged by the names that hold one that was: they are read anyway.
 */
export async function searchNames(db: Handle, indexId: number, terms: string[]): Promise<Map<number, number>> {
	const { rows } = await db.query<{ revision: number; score: number }>(
		`WITH any_word AS MATERIALIZED (
			SELECT string_agg(quote_literal(lexeme), ' | ')::tsquery AS query FROM unnest($2::text[]) AS t (lexeme)
		 ), words AS MATERIALIZED (
			SELECT f.live_revision AS revision, n.lexeme, n.lexeme = ANY($2::text[]) AS asked
			FROM index_files f, any_word, unnest(f.name_lexemes) n
			WHERE f.index_id = $1 AND f.live_revision IS NOT NULL AND f.name_lexemes @@ any_word.query
		 ), total AS (
			SELECT count(*)::float8 AS documents FROM index_files WHERE index_id = $1 AND live_revision IS NOT NULL
		 ), found AS (
			SELECT count(DISTINCT revision)::float8 AS documents FROM words
		 ), rarity AS (
			SELECT lexeme, ln(1 + (total.documents - df + 0.5) / (df + 0.5)) AS idf
			FROM total, (
				SELECT lexeme, count(*) * CASE WHEN asked THEN 1 ELSE total.documents / found.documents END AS df
				FROM words, total, found GROUP BY lexeme, asked, total.documents, found.documents
			) counted
		 )
		 SELECT words.revision, power(sum(rarity.idf) FILTER (WHERE words.asked), 2) / sum(rarity.idf) AS score
		 FROM words JOIN rarity ON rarity.lexeme = words.lexeme GROUP BY words.revision`,
		[indexId, terms],
	);
	return new Map(rows.map((row) => [row.revision, row.score]));
}
