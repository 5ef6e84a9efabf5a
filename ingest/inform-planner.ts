import { setTimeout } from "node:timers/promises";
import type { Database } from "../src/db/database.ts";
import { getIndex, type IndexRow } from "../src/store/indexes.ts";
import { analyseTable, believedRows, type ChunkTable } from "../src/store/planner-statistics.ts";

/** What holds fewer chunks is read fast however it is read. */
const FROM = 1_000;
/** An index that is taken for so many times smaller than it is, is read the wrong way. */
const WRONG_BY = 10;
/**
 * Postgres vacuums a table as soon as many rows have come, and nobody else can look at it meanwhile: for a moment where it
 * is small. Afterwards it takes a look of its own; so it is not waited for where it is large, nor is a vector index.
 */
const TRIES = 10;
const PAUSE_MS = 500;

/**
 * Lets Postgres know how large an index is before it is asked. What it knows by itself is as old as its last look at the
 * tables, which it takes when a tenth of all rows has changed: an index that came since it holds to be empty, and reads it
 * whole for each of ten rows (2,800 chunks built beside 3,500: the first questions after the flip took 2.3 s instead of
 * 0.08). PGlite, which never looks, plans by what it assumes of any table, and has one connection for all.
 */
export async function informPlanner(db: Database, indexId: number, signal: AbortSignal): Promise<void> {
	if (db.exclusive) return;
	const index = await getIndex(db, indexId);
	if (!index || index.chunk_count < FROM) return;
	const tables: ChunkTable[] = ["chunks", "chunk_terms"];
	if (index.embedding_dimensions !== null) tables.push("chunk_vectors");
	for (const table of tables) await informOf(db, table, index, signal);
}

async function informOf(db: Database, table: ChunkTable, index: IndexRow, signal: AbortSignal): Promise<void> {
	for (let tries = 0; tries < TRIES; tries++) {
		if (WRONG_BY * (await believedRows(db, table, index.id)) >= index.chunk_count) return;
		if (await db.transaction((tx) => analyseTable(tx, table))) return;
		await setTimeout(PAUSE_MS, undefined, { signal });
	}
}
