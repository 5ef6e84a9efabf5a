import type { Handle } from "../db/handle.ts";

/** What searches are planned by: keys and what is joined by. To look at words and vectors too would take ten times as long. */
const COLUMNS = {
	chunks: "index_id, id, file_id, revision, ordinal",
	chunk_terms: "index_id, id, revision",
	chunk_vectors: "index_id, id, revision, content_hash",
} as const;

export type ChunkTable = keyof typeof COLUMNS;

/** How many rows of the index Postgres takes the table to hold: what it plans by, right or wrong. */
export async function believedRows(db: Handle, table: ChunkTable, indexId: number): Promise<number> {
	const { rows } = await db.query<{ "QUERY PLAN": [{ Plan: { "Plan Rows": number } }] }>(
		`EXPLAIN (FORMAT JSON) SELECT FROM ${table} WHERE index_id = ${indexId}`,
	);
	return (rows[0] as (typeof rows)[number])["QUERY PLAN"][0].Plan["Plan Rows"];
}

/** Looks at the table anew. Left out where somebody has it locked, as while a vector index is built, for minutes. */
export async function analyseTable(db: Handle, table: ChunkTable): Promise<void> {
	await db.query(`ANALYZE (SKIP_LOCKED) ${table} (${COLUMNS[table]})`);
}
