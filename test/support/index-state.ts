import { weightsOf } from "../../ingest/write.ts";
import type { Handle } from "../../src/db/handle.ts";
import { countLexemes } from "../../src/lexical/lexemes.ts";
import { getTermIds } from "../../src/store/index-terms.ts";
import { until } from "./until.ts";

export type IndexState = {
	id: number;
	chunk_count: number;
	length_total: number;
	weighed_at: number | null;
	reweighed_to: number | null;
};

/** The row of the index that a store answers from. */
export async function indexOf(db: Handle, storeId: string): Promise<IndexState> {
	const { rows } = await db.query<IndexState>(
		`SELECT id, chunk_count, length_total, weighed_at, reweighed_to FROM indexes
		 WHERE vector_store_id = $1 ORDER BY id`,
		[storeId],
	);
	if (!rows[0]) throw new Error(`${storeId} has no index`);
	return rows[0];
}

/** Waits until no settle job of the index runs or waits. */
export async function untilSettled(db: Handle, indexId: number): Promise<void> {
	await until(`index ${indexId} to settle`, async () => {
		await hurrySettling(db);
		const { rows } = await db.query(
			`SELECT FROM pgboss.job WHERE name = 'settle-index' AND singleton_key = $1 AND state < 'completed'`,
			[String(indexId)],
		);
		return rows.length === 0;
	});
}

/** Settle jobs wait two seconds for others to join them, and workers as long between looks; tests need not. */
export async function hurrySettling(db: Handle): Promise<void> {
	const { rowCount } = await db.query(
		"UPDATE pgboss.job SET start_after = now() WHERE name IN ('settle-index', 'index-vectors') AND state = 'created' AND start_after > now()",
	);
	// The channel that pg-boss's workers listen on; without it they would look by themselves, only later.
	if (rowCount) {
		await db.query(
			`SELECT pg_notify('pgboss_' || left(encode(sha224('pgboss'::bytea), 'hex'), 24), name)
			 FROM unnest(ARRAY['settle-index', 'index-vectors']) AS name`,
		);
	}
}

/** What the index's tables say of its chunks, and what counting the chunks themselves says; equal where all is well. */
export async function statisticsOf(db: Handle, indexId: number) {
	const kept = await db.query<{ chunk_count: number; length_total: number }>(
		"SELECT chunk_count, length_total FROM indexes WHERE id = $1",
		[indexId],
	);
	const terms = await db.query<{ term: string; df: number }>(
		'SELECT term, df FROM index_terms WHERE index_id = $1 AND df <> 0 ORDER BY term COLLATE "C"',
		[indexId],
	);
	const chunks = await db.query<{ lexemes: string; length: number }>(
		"SELECT lexemes::text AS lexemes, length FROM chunk_terms WHERE index_id = $1",
		[indexId],
	);
	const df = new Map<string, number>();
	let length = 0;
	for (const { lexemes } of chunks.rows) {
		const counted = countLexemes(lexemes);
		length += counted.length;
		for (const term of counted.counts.keys()) df.set(term, (df.get(term) ?? 0) + 1);
	}
	return {
		kept: { ...kept.rows[0], df: Object.fromEntries(terms.rows.map((row) => [row.term, row.df])) },
		counted: { chunk_count: chunks.rows.length, length_total: length, df: Object.fromEntries(df) },
	};
}

/** Chunks of the index: those that are found, and all that lie there. */
export async function countChunks(db: Handle, indexId: number): Promise<{ live: number; all: number }> {
	const { rows } = await db.query<{ live: number; all: number }>(
		`SELECT count(*) FILTER (WHERE f.live_revision = c.revision) AS live, count(*) AS all
		 FROM chunks c LEFT JOIN index_files f ON f.index_id = c.index_id AND f.file_id = c.file_id
		 WHERE c.index_id = $1`,
		[indexId],
	);
	return rows[0] as { live: number; all: number };
}

/** How many chunks have other weights than the formula gives with the average that the index says it used. */
export async function wronglyWeighed(db: Handle, indexId: number): Promise<number> {
	const index = await db.query<{ weighed_at: number }>("SELECT weighed_at FROM indexes WHERE id = $1", [indexId]);
	const average = (index.rows[0] as { weighed_at: number }).weighed_at;
	const { rows } = await db.query<{ lexemes: string; weights: string }>(
		"SELECT lexemes::text AS lexemes, weights::text AS weights FROM chunk_terms WHERE index_id = $1",
		[indexId],
	);
	const counted = rows.map((row) => countLexemes(row.lexemes));
	const ids = await getTermIds(db, indexId, [...new Set(counted.flatMap(({ counts }) => [...counts.keys()]))]);
	const expected = await db.query<{ weights: string }>(
		"SELECT w.weights::sparsevec::text AS weights FROM unnest($1::text[]) WITH ORDINALITY AS w (weights, place) ORDER BY place",
		[counted.map((terms) => weightsOf(terms, ids, average))],
	);
	return rows.filter((row, place) => row.weights !== expected.rows[place]?.weights).length;
}
