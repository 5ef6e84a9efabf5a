import { setTimeout } from "node:timers/promises";
import type { Config } from "../src/config.ts";
import { ExcerptError } from "../src/errors.ts";
import { indexVectors } from "../src/jobs/index-vectors.ts";
import { ingestFile } from "../src/jobs/ingest-file.ts";
import { settleIndex } from "../src/jobs/settle-index.ts";
import { sweep } from "../src/jobs/sweep.ts";
import type { Log } from "../src/log.ts";
import { abandonRevision } from "../src/store/index-files.ts";
import { getIndex, listIndexIds } from "../src/store/indexes.ts";
import { finishIngestion, type LastError, reportProgress } from "../src/store/vector-store-files.ts";
import { buildVectorIndex, wantsVectorIndex } from "./index-vectors.ts";
import { claimIngestion, type Ingestion, ingest, type PipelineDeps } from "./pipeline.ts";
import { Overtaken } from "./progress-report.ts";
import { settle } from "./settle.ts";
import { sweepLeftovers } from "./sweep.ts";
import { whileCurrent } from "./while-current.ts";

export type WorkerDeps = PipelineDeps & {
	log: Log;
	config: Pick<Config, "EMBEDDING_CONCURRENCY" | "WORKER_CONCURRENCY" | "VECTOR_INDEX_MEMORY_MB">;
};

/** Failures that we cannot explain are tried this often before the file is given up. */
const UNEXPLAINED_ATTEMPTS = 3;

/**
 * Whoever uploads in batches pauses between them. A vector index that is built too early is in the way of all that comes
 * after: with an HNSW index some 350 chunks a second were written instead of 650 (files of 160 chunks, in batches of 100 files).
 */
const QUIET_SECONDS = 30;

/** Whatever a server asks for: it may be back before. */
const LONGEST_WAIT_SECONDS = 300;

/** Takes jobs from the queue until it is stopped. */
export async function startWorker(deps: WorkerDeps): Promise<void> {
	const { queue, config } = deps;
	await queue.work(ingestFile, config.WORKER_CONCURRENCY, async ({ vector_store_id, file_id }, { attempt, signal }) => {
		const ingestion = await claimIngestion(deps.db, vector_store_id, file_id);
		if (ingestion) await runIngestion(deps, ingestion, attempt, signal);
		else await clearAway(deps, vector_store_id, file_id);
	});
	await queue.work(settleIndex, 1, async ({ index_id }, { signal }) => {
		await settle(deps.db, index_id, signal);
		const index = await getIndex(deps.db, index_id);
		// A job of its own: what takes minutes must not keep other indexes from settling.
		if (index && (await wantsVectorIndex(deps.db, index))) {
			await queue.send(indexVectors, { index_id }, { key: String(index_id), delaySeconds: QUIET_SECONDS });
		}
	});
	await queue.work(indexVectors, 1, async ({ index_id }, { attempt, signal }) => {
		const started = performance.now();
		try {
			await buildVectorIndex(deps.db, index_id, config.VECTOR_INDEX_MEMORY_MB, signal);
			deps.log.info({ index_id, milliseconds: since(started) }, "vectors indexed");
		} catch (error) {
			deps.log.warn({ index_id, attempt, err: error }, "vectors not indexed, all are compared; will be tried again");
			throw error;
		}
	});
	await queue.work(sweep, 1, () => sweepLeftovers(deps));
	await queue.schedule(sweep, "*/5 * * * *");
}

/** Sees one ingestion to its end: completed, failed with a reason, left to the next attempt, or overtaken. */
async function runIngestion(
	deps: WorkerDeps,
	ingestion: Ingestion,
	attempt: number,
	signal: AbortSignal,
): Promise<void> {
	const { row, file, index } = ingestion;
	const fields = { vector_store_id: row.vector_store_id, file_id: file.id, bytes: file.bytes };
	const started = performance.now();
	try {
		await whileCurrent(deps.db, row, signal, (signal) => ingest(deps, ingestion, signal));
		deps.log.info({ ...fields, milliseconds: since(started) }, "file ingested");
	} catch (error) {
		if (signal.aborted) throw error;
		if (error instanceof Overtaken) {
			await giveUp(deps, ingestion);
			return;
		}
		const lastError = finalError(error, attempt);
		if (!lastError) {
			const waitingFor = error instanceof ExcerptError ? error.message : "another attempt after an unexpected error";
			await reportProgress(deps.db, row, "waiting", { done: attempt + 1, unit: "attempts", waiting_for: waitingFor });
			// What this attempt wrote is of use once; else every further one would leave as much again.
			await deps.queue.send(settleIndex, { index_id: index.id }, { key: String(index.id), delaySeconds: 2 });
			deps.log.warn({ ...fields, attempt, err: error }, "file will be tried again");
			if (error instanceof ExcerptError) await waitAsAsked(deps, row, error, signal);
			throw error;
		}
		await finishIngestion(deps.db, row, { status: "failed", last_error: lastError });
		await giveUp(deps, ingestion);
		const where = { index_id: index.id, milliseconds: since(started) };
		deps.log.warn({ ...fields, ...where, err: error }, "file failed");
	}
}

/** The queue's own delay follows; a server that asked for longer (`Retry-After`) is left alone that long. */
async function waitAsAsked(
	{ db }: WorkerDeps,
	row: Ingestion["row"],
	{ retryAfter = 0 }: ExcerptError,
	signal: AbortSignal,
): Promise<void> {
	if (retryAfter === 0) return;
	const milliseconds = 1000 * Math.min(retryAfter, LONGEST_WAIT_SECONDS);
	await whileCurrent(db, row, signal, (signal) => setTimeout(milliseconds, undefined, { signal }));
}

function since(started: number): number {
	return Math.round(performance.now() - started);
}

async function giveUp({ db, queue }: WorkerDeps, { file, index }: Ingestion): Promise<void> {
	await abandonRevision(db, index.id, file.id);
	await queue.send(settleIndex, { index_id: index.id }, { key: String(index.id), delaySeconds: 2 });
}

/** A worker that died in the middle of what was cancelled or removed meanwhile left its chunks, and nobody else knows. */
async function clearAway({ db, queue }: WorkerDeps, vectorStoreId: string, fileId: string): Promise<void> {
	for (const id of await listIndexIds(db, vectorStoreId)) {
		await abandonRevision(db, id, fileId);
		await queue.send(settleIndex, { index_id: id }, { key: String(id), delaySeconds: 2 });
	}
}

/** What the file's `last_error` will say, or undefined where another attempt may end better. */
function finalError(error: unknown, attempt: number): LastError | undefined {
	if (error instanceof ExcerptError) {
		if (error.retryable && attempt < ingestFile.retryLimit) return undefined;
		const code = error.code === "invalid_file" || error.code === "unsupported_file" ? error.code : "server_error";
		return { code, message: error.message };
	}
	if (attempt + 1 < UNEXPLAINED_ATTEMPTS) return undefined;
	return {
		code: "server_error",
		message: "The file could not be ingested because of an internal error; the server's log has it.",
	};
}
