import { buildIndex } from "../src/jobs/build-index.ts";
import { indexVectors } from "../src/jobs/index-vectors.ts";
import { ingestFile } from "../src/jobs/ingest-file.ts";
import { settleIndex } from "../src/jobs/settle-index.ts";
import { sweep } from "../src/jobs/sweep.ts";
import type { Log } from "../src/log.ts";
import { getIndex } from "../src/store/indexes.ts";
import { buildVectorIndex, wantsVectorIndex } from "./index-vectors.ts";
import type { PipelineDeps } from "./pipeline.ts";
import type { BuildDeps } from "./reindex/build.ts";
import { runBuild } from "./reindex/run-build.ts";
import { runIngestion } from "./run-ingestion.ts";
import { settle } from "./settle.ts";
import { sweepLeftovers } from "./sweep.ts";

export type WorkerDeps = PipelineDeps & BuildDeps & { log: Log };

/**
 * Whoever uploads in batches pauses between them. A vector index that is built too early is in the way of all that comes
 * after: with an HNSW index some 350 chunks a second were written instead of 650 (files of 160 chunks, in batches of 100 files).
 */
const QUIET_SECONDS = 30;

/** Takes jobs from the queue until it is stopped. */
export async function startWorker(deps: WorkerDeps): Promise<void> {
	const { queue, config } = deps;
	await queue.work(ingestFile, config.WORKER_CONCURRENCY, ({ vector_store_id, file_id }, context) =>
		runIngestion(deps, vector_store_id, file_id, context),
	);
	await queue.work(buildIndex, 1, ({ index_id }, context) => runBuild(deps, index_id, context));
	await queue.work(settleIndex, 1, async ({ index_id }, { signal }) => {
		await settle(deps.db, index_id, signal);
		const index = await getIndex(deps.db, index_id);
		// A job of its own: what takes minutes must not keep other indexes from settling.
		const inUse = index?.status === "active" || index?.status === "ready";
		if (index && inUse && (await wantsVectorIndex(deps.db, index))) {
			await queue.send(indexVectors, { index_id }, { key: String(index_id), delaySeconds: QUIET_SECONDS });
		}
	});
	await queue.work(indexVectors, 1, async ({ index_id }, { attempt, signal }) => {
		const started = performance.now();
		try {
			await buildVectorIndex(deps, index_id, signal);
			deps.log.info({ index_id, milliseconds: since(started) }, "vectors indexed");
		} catch (error) {
			deps.log.warn({ index_id, attempt, err: error }, "vectors not indexed, all are compared; will be tried again");
			throw error;
		}
	});
	await queue.work(sweep, 1, () => sweepLeftovers(deps));
	await queue.schedule(sweep, "*/5 * * * *");
}

function since(started: number): number {
	return Math.round(performance.now() - started);
}
