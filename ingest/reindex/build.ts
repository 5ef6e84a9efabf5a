import { setTimeout } from "node:timers/promises";
import pMap from "p-map";
import type { Config } from "../../src/config.ts";
import type { Database } from "../../src/db/database.ts";
import { endBuild } from "../../src/operations/end-build.ts";
import { measureRevision } from "../../src/store/chunks.ts";
import { getFile } from "../../src/store/files.ts";
import { abandonRevision, publishRevision } from "../../src/store/index-files.ts";
import { recountTerms } from "../../src/store/index-terms.ts";
import { type IndexRow, lockIndex } from "../../src/store/indexes.ts";
import { findLackingFiles, type HeldFile, holdFile } from "../../src/store/lacking-files.ts";
import { buildVectorIndex, type VectorIndexDeps } from "../index-vectors.ts";
import { openStored } from "../open-document.ts";
import { indexDocument, type PipelineDeps } from "../pipeline.ts";
import { settle } from "../settle.ts";
import { BuildProgress } from "./build-progress.ts";
import { GiveWay } from "./give-way.ts";
import { knownCut } from "./known-cut.ts";

export type BuildDeps = Pick<PipelineDeps, "embedder"> &
	VectorIndexDeps & { config: Pick<Config, "EMBEDDING_CONCURRENCY" | "WORKER_CONCURRENCY"> };

/**
 * The line of a re-index: stored documents → chunks → weights and vectors → the index, until it lacks nothing that the
 * store's active one holds; then one transaction makes it the active one. Safe to repeat from any point: a file that is
 * live in the index is done. What is added or attached again meanwhile goes into the active index and is then lacking
 * here; what is removed is removed from both at once. While questions are asked it stands back for them.
 */
export async function build(deps: BuildDeps, index: IndexRow, signal: AbortSignal): Promise<void> {
	const { db, traffic } = deps;
	const giveWay = new GiveWay(traffic);
	const progress = new BuildProgress(db, index.id, traffic);
	do {
		await writeLackingFiles(deps, index, { progress, giveWay }, signal);
		await progress.stage("settle");
		await settle(db, index.id, signal);
		if (!index.complete) await countTerms(db, index.id);
		await progress.stage("index_vectors");
		await buildVectorIndex(deps, index.id, signal);
		signal.throwIfAborted();
	} while (!(await endBuild(db, index)));
}

/** What all files that are written at a time share. */
type Pace = { progress: BuildProgress; giveWay: GiveWay };

async function countTerms(db: Database, indexId: number): Promise<void> {
	await db.transaction(async (tx) => {
		await lockIndex(tx, indexId);
		await recountTerms(tx, indexId);
	});
}

/** Files that are looked for at a time. */
const PAGE = 200;
/** What cannot be written is being removed by somebody else at this moment. */
const WAIT_MS = 200;

async function writeLackingFiles(deps: BuildDeps, index: IndexRow, pace: Pace, signal: AbortSignal): Promise<void> {
	for (;;) {
		const files = await findLackingFiles(deps.db, index.id, PAGE);
		if (files.length === 0) return;
		await pace.progress.begin();
		// The first failure ends the others: the next attempt begins them anew, and must not meet them.
		const stop = new AbortController();
		const either = AbortSignal.any([signal, stop.signal]);
		try {
			const concurrency = deps.config.WORKER_CONCURRENCY;
			const written = await pMap(files, (file) => writeFile(deps, index, file, pace, either), { concurrency });
			if (!written.includes(true)) await setTimeout(WAIT_MS, undefined, { signal });
		} catch (error) {
			stop.abort();
			throw error;
		}
	}
}

/** Builds one file in the index; false where it was removed or attached again meanwhile. */
async function writeFile(
	deps: BuildDeps,
	index: IndexRow,
	held: HeldFile,
	{ progress, giveWay }: Pace,
	signal: AbortSignal,
): Promise<boolean> {
	const { db } = deps;
	signal.throwIfAborted();
	const file = await getFile(db, index.project_id, held.file_id);
	const document = await openStored(db, held.file_id);
	if (!file || !document) return false;
	const strategy = held.chunking_strategy ?? index.chunking_strategy;
	const written = async (end: number) => {
		await progress.written(file.id, end);
		await giveWay.rest(signal);
	};
	const toIndex = {
		file: { ...file, project_id: index.project_id },
		index,
		document,
		strategy,
		cut: knownCut(db, held, { strategy, embedding_model: index.embedding_model }),
		written,
	};
	const place = await indexDocument(deps, toIndex, signal);
	const { chunks, bytes } = await measureRevision(db, place);
	const published = await db.transaction(
		async (tx) =>
			(await holdFile(tx, index.vector_store_id, held)) && publishRevision(tx, place, { ...held, chunks, bytes }),
	);
	if (!published) await abandonRevision(db, index.id, file.id);
	return published;
}
