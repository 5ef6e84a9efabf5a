import type { Database } from "../src/db/database.ts";
import { countLexemes } from "../src/lexical/lexemes.ts";
import { deleteChunks, deleteDeadChunks, readLexemes, updateWeights } from "../src/store/chunks.ts";
import { deleteIndexFiles, isBeingBuilt } from "../src/store/index-files.ts";
import { getTermIds } from "../src/store/index-terms.ts";
import { deleteUnwantedIndex, getIndex, isUnwantedIndex, lockIndex, setIndexWeighing } from "../src/store/indexes.ts";
import { dropVectorIndex } from "../src/store/vector-index.ts";
import { informPlanner } from "./inform-planner.ts";
import { weightsOf } from "./write.ts";

/**
 * BM25 divides by the average chunk length, and every chunk that comes or goes moves it. All weights of an index are
 * computed with one average, `weighed_at`; once the true one is further from it than this, they are computed anew.
 * Half a per cent of the average is at most a quarter of a per cent of a weight.
 */
const DRIFT = 0.005;
/** While files are being ingested the average moves on, and whatever is computed anew is so again after the last of them. */
const DRIFT_WHILE_BUSY = 0.2;
const BATCH = 500;

/** Removes chunks that no revision needs and brings weights up to date, in short transactions that searches pass. */
export async function settle(db: Database, indexId: number, signal: AbortSignal): Promise<void> {
	if (await isUnwantedIndex(db, indexId)) return removeIndex(db, indexId, signal);
	await informPlanner(db, indexId, signal);
	await removeDeadChunks(db, indexId, signal);
	await beginReweighing(db, indexId);
	while (!signal.aborted && (await reweighBatch(db, indexId)));
}

async function removeIndex(db: Database, indexId: number, signal: AbortSignal): Promise<void> {
	// Whoever was writing into it may have begun another file before it heard.
	await deleteIndexFiles(db, indexId);
	let last: number | undefined = 0;
	while (last !== undefined && !signal.aborted) last = await deleteChunks(db, indexId, last, BATCH);
	// Before the row that tells of it.
	await dropVectorIndex(db, indexId);
	await deleteUnwantedIndex(db, indexId);
}

async function removeDeadChunks(db: Database, indexId: number, signal: AbortSignal): Promise<void> {
	let removed = BATCH;
	while (removed === BATCH && !signal.aborted) {
		removed = await db.transaction(async (tx) => {
			await lockIndex(tx, indexId);
			return deleteDeadChunks(tx, indexId, BATCH);
		});
	}
}

/** From this transaction on new chunks are weighed by the new average; those before it follow batch by batch. */
async function beginReweighing(db: Database, indexId: number): Promise<void> {
	await db.transaction(async (tx) => {
		const index = await lockIndex(tx, indexId);
		if (!index?.weighed_at || index.chunk_count === 0 || index.reweighed_to !== null) return;
		const average = Math.max(1, index.length_total / index.chunk_count);
		const drift = Math.abs(average / index.weighed_at - 1);
		if (drift <= DRIFT || (drift <= DRIFT_WHILE_BUSY && (await isBeingBuilt(tx, indexId)))) return;
		await setIndexWeighing(tx, indexId, average, 0);
	});
}

/** Weighs the next chunks anew; where it had come to is kept with them, so that a killed worker's successor goes on. */
async function reweighBatch(db: Database, indexId: number): Promise<boolean> {
	const index = await getIndex(db, indexId);
	if (!index || index.weighed_at === null || index.reweighed_to === null) return false;
	await db.requireRoom();
	const { weighed_at: average, reweighed_to: from } = index;
	const chunks = (await readLexemes(db, indexId, from, BATCH)).map(({ id, lexemes }) => ({
		id,
		terms: countLexemes(lexemes),
	}));
	const ids = await getTermIds(db, indexId, [...new Set(chunks.flatMap(({ terms }) => [...terms.counts.keys()]))]);
	const last = chunks.at(-1);
	await db.transaction(async (tx) => {
		await updateWeights(
			tx,
			indexId,
			chunks.map(({ id, terms }) => ({ id, weights: weightsOf(terms, ids, average) })),
		);
		await setIndexWeighing(tx, indexId, average, last ? last.id : null);
	});
	return last !== undefined;
}
