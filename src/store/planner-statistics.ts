import type { Handle } from "../db/handle.ts";

/** What searches are planned by: keys and what is joined by. To look at words and vectors too would take ten times as long. */
const COLUMNS = {
	chunks: "index_id, id, file_id, revision, ordinal",
	chunk_terms: "index_id, id, revision",
	chunk_vectors: "index_id, id, revision, content_hash",
} as const;

const LOCK_NOT_AVAILABLE = "55P03";

export type ChunkTable = keyof typeof COLUMNS;

/** How many rows of the index Postgres takes the table to hold: what it plans by, right or wrong. */
export async function believedRows(db: Handle, table: ChunkTable, indexId: number): Promise<number> {
	const { rows } = await db.query<{ "QUERY PLAN": [{ Plan: { "Plan Rows": number } }] }>(
		`EXPLAIN (FORMAT JSON) SELECT FROM ${table} WHERE index_id = ${indexId}`,
	);
	return (rows[0] as (typeof rows)[number])["QUERY PLAN"][0].Plan["Plan Rows"];
}

/**
 * Looks at the table anew, in a transaction; false, and the transaction is of no more use, where somebody else has the
 * table locked. It must not wait for them: it would hold a snapshot meanwhile, which whoever builds a vector index waits
 * for in turn, and Postgres would break off one of the two.
 */
export async function analyseTable(tx: Handle, table: ChunkTable): Promise<boolean> {
	try {
		await tx.query(`LOCK TABLE ${table} IN SHARE UPDATE EXCLUSIVE MODE NOWAIT`);
	} catch (error) {
		if ((error as { code?: string }).code === LOCK_NOT_AVAILABLE) return false;
		throw error;
	}
	await tx.query(`ANALYZE ${table} (${COLUMNS[table]})`);
	return true;
}
