import { setTimeout } from "node:timers/promises";
import { ingestFile } from "../src/jobs/ingest-file.ts";
import { settleIndex } from "../src/jobs/settle-index.ts";
import { Overtaken, whileCurrent } from "../src/jobs/while-current.ts";
import type { Log } from "../src/log.ts";
import { abandonRevision } from "../src/store/index-files.ts";
import { listIndexIds } from "../src/store/indexes.ts";
import { finishIngestion, isCurrent, reportProgress } from "../src/store/vector-store-files.ts";
import { askedDelay, lastErrorOf, waitingFor } from "./last-error.ts";
import { claimIngestion, IndexReplaced, type Ingestion, ingest, type PipelineDeps } from "./pipeline.ts";

type Deps = PipelineDeps & { log: Log };
type Context = { attempt: number; signal: AbortSignal };

/** Sees the ingestion of a file to its end: completed, failed with a reason, left to the next attempt, or overtaken. */
export async function runIngestion(deps: Deps, storeId: string, fileId: string, context: Context): Promise<void> {
	const ingestion = await claimIngestion(deps.db, storeId, fileId);
	if (!ingestion) return clearAway(deps, storeId, fileId);
	const { row, file, index } = ingestion;
	const { attempt, signal } = context;
	const fields = { vector_store_id: storeId, file_id: fileId, bytes: file.bytes };
	const started = performance.now();
	try {
		await whileIngested(deps, ingestion, signal, (signal) => ingest(deps, ingestion, signal));
		deps.log.info({ ...fields, milliseconds: since(started) }, "file ingested");
	} catch (error) {
		if (signal.aborted) throw error;
		if (error instanceof Overtaken) {
			await giveUp(deps, ingestion);
			return;
		}
		if (error instanceof IndexReplaced) {
			// The document is kept and what the other index paid for is found, until it is given up there.
			await runIngestion(deps, storeId, fileId, context);
			await giveUp(deps, ingestion);
			return;
		}
		const { retryLimit } = ingestFile;
		const lastError = lastErrorOf(error, { attempt, retryLimit, what: "The file could not be ingested" });
		if (!lastError) {
			const progress = { done: attempt + 1, unit: "attempts", waiting_for: waitingFor(error) };
			await reportProgress(deps.db, row, "waiting", progress);
			// What this attempt wrote is of use once; else every further one would leave as much again.
			await deps.queue.send(settleIndex, { index_id: index.id }, { key: String(index.id), delaySeconds: 2 });
			deps.log.warn({ ...fields, attempt, err: error }, "file will be tried again");
			const delay = askedDelay(error);
			if (delay > 0) {
				await whileIngested(deps, ingestion, signal, (signal) => setTimeout(delay, undefined, { signal }));
			}
			throw error;
		}
		await finishIngestion(deps.db, row, { status: "failed", last_error: lastError });
		await giveUp(deps, ingestion);
		const where = { index_id: index.id, milliseconds: since(started) };
		deps.log.warn({ ...fields, ...where, err: error }, "file failed");
	}
}

function whileIngested(
	{ db }: Deps,
	{ row }: Ingestion,
	signal: AbortSignal,
	work: (signal: AbortSignal) => Promise<void>,
): Promise<void> {
	return whileCurrent(() => isCurrent(db, row), signal, work);
}

function since(started: number): number {
	return Math.round(performance.now() - started);
}

async function giveUp({ db, queue }: Deps, { file, index }: Ingestion): Promise<void> {
	await abandonRevision(db, index.id, file.id);
	await queue.send(settleIndex, { index_id: index.id }, { key: String(index.id), delaySeconds: 2 });
}

/** A worker that died in the middle of what was cancelled or removed meanwhile left its chunks, and nobody else knows. */
async function clearAway({ db, queue }: Deps, storeId: string, fileId: string): Promise<void> {
	for (const id of await listIndexIds(db, storeId)) {
		await abandonRevision(db, id, fileId);
		await queue.send(settleIndex, { index_id: id }, { key: String(id), delaySeconds: 2 });
	}
}
