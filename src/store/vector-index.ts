import type { Handle } from "../db/handle.ts";

/**
 * Up to so many vectors all are compared: with 512 dimensions that takes some 15 ms, on Postgres with 20,000 and on PGlite
 * with 3,000. An index that holds more is given a vector index, and a filter that leaves fewer does without it.
 */
export const EXACT_UP_TO = { hnsw: 20_000, codes: 3_000 } as const;

/**
 * An index of many chunks has an HNSW index of its own over its vectors, a partial one: the vectors of other stores are
 * none of its business, and it can be built, and dropped, without touching theirs.
 */
function nameOf(indexId: number): string {
	return `chunk_vectors_hnsw_${indexId}`;
}

/** Whether the HNSW index is there, and whole; one whose building was interrupted is there and not whole. */
export async function getVectorIndexState(db: Handle, indexId: number): Promise<"absent" | "broken" | "whole"> {
	const { rows } = await db.query<{ whole: boolean }>(
		"SELECT i.indisvalid AND i.indisready AS whole FROM pg_index i WHERE i.indexrelid = to_regclass($1)",
		[nameOf(indexId)],
	);
	return rows[0] ? (rows[0].whole ? "whole" : "broken") : "absent";
}

/**
 * Builds the HNSW index while searches and writes go on; not in a transaction. `handle` is one connection, whose memory
 * for it is set to `memoryMb`: a graph that does not fit is built several times slower. `alone`: by no more than one process.
 */
export async function createVectorIndex(
	handle: Handle,
	indexId: number,
	{ dimensions, memoryMb, alone }: { dimensions: number; memoryMb: number; alone: boolean },
): Promise<void> {
	await handle.query(`SET maintenance_work_mem = '${memoryMb}MB'`);
	try {
		if (alone) await handle.query("SET max_parallel_maintenance_workers = 0");
		await handle.query(
			`CREATE INDEX CONCURRENTLY ${nameOf(indexId)} ON chunk_vectors
			 USING hnsw ((embedding::halfvec(${dimensions})) halfvec_cosine_ops) WHERE index_id = ${indexId}`,
		);
	} finally {
		await handle.query("RESET maintenance_work_mem; RESET max_parallel_maintenance_workers").catch(() => {});
	}
}

/** Not in a transaction. */
export async function dropVectorIndex(db: Handle, indexId: number): Promise<void> {
	await db.query(`DROP INDEX CONCURRENTLY IF EXISTS ${nameOf(indexId)}`);
}

/** From now on searches use it; writers keep it, under the index's lock. */
export async function setVectorIndex(db: Handle, indexId: number, kind: "hnsw" | "codes"): Promise<void> {
	await db.query("UPDATE indexes SET vector_index = $2 WHERE id = $1", [indexId, kind]);
}

/** Makes codes for the next vectors that have none, in order of id; returns how many. The index is locked by the caller. */
export async function addVectorCodes(db: Handle, indexId: number, limit: number): Promise<number> {
	const { rowCount } = await db.query(
		`INSERT INTO chunk_codes (index_id, id, project_id, revision, code)
		 SELECT index_id, id, project_id, revision, binary_quantize(embedding) FROM chunk_vectors
		 WHERE index_id = $1 AND id > (SELECT coalesce(max(id), 0) FROM chunk_codes WHERE index_id = $1)
		 ORDER BY id LIMIT $2`,
		[indexId, limit],
	);
	return rowCount ?? 0;
}

/** Names of the connection's backend, for whoever may have to end what it does. */
export async function getBackendPid(handle: Handle): Promise<number> {
	const { rows } = await handle.query<{ pid: number }>("SELECT pg_backend_pid() AS pid");
	return (rows[0] as { pid: number }).pid;
}

export async function cancelBackend(db: Handle, pid: number): Promise<void> {
	await db.query("SELECT pg_cancel_backend($1)", [pid]);
}

/** Keeps others from building this index's HNSW index until the connection unlocks it or ends; false where another has it. */
export async function tryLockVectorIndex(handle: Handle, indexId: number): Promise<boolean> {
	const { rows } = await handle.query<{ locked: boolean }>("SELECT pg_try_advisory_lock($1, $2) AS locked", [
		LOCK_CLASS,
		indexId,
	]);
	return rows[0]?.locked ?? false;
}

export async function unlockVectorIndex(handle: Handle, indexId: number): Promise<void> {
	await handle.query("SELECT pg_advisory_unlock($1, $2)", [LOCK_CLASS, indexId]);
}

/** Of advisory locks of two numbers, whose space is another than that of the migrations' lock. */
const LOCK_CLASS = 7_215_303;
