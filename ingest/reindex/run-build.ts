import { setTimeout } from "node:timers/promises";
import { buildIndex } from "../../src/jobs/build-index.ts";
import { Overtaken, whileCurrent } from "../../src/jobs/while-current.ts";
import type { Log } from "../../src/log.ts";
import { beginBuild, failBuild, isBuildWanted, reportBuild } from "../../src/store/index-builds.ts";
import { getIndex } from "../../src/store/indexes.ts";
import { askedDelay, lastErrorOf, waitingFor } from "../last-error.ts";
import { type BuildDeps, build } from "./build.ts";

/**
 * Sees the build of an index to its end: complete, failed with a reason, left to the next attempt, or not wanted any more.
 * What was written of one that did not end well stays for a day: its vectors were paid for.
 */
export async function runBuild(
	deps: BuildDeps & { log: Log },
	indexId: number,
	{ attempt, signal }: { attempt: number; signal: AbortSignal },
): Promise<void> {
	const { db, log } = deps;
	const isWanted = () => isBuildWanted(db, indexId);
	if (!(await isWanted())) return;
	await beginBuild(db, indexId);
	const index = await getIndex(db, indexId);
	if (!index) return;
	const fields = { vector_store_id: index.vector_store_id, index_id: indexId };
	const started = performance.now();
	try {
		await whileCurrent(isWanted, signal, (signal) => build(deps, index, signal));
		log.info({ ...fields, milliseconds: Math.round(performance.now() - started) }, "index built");
	} catch (error) {
		if (signal.aborted) throw error;
		if (error instanceof Overtaken) return;
		const { retryLimit } = buildIndex;
		const lastError = lastErrorOf(error, { attempt, retryLimit, what: "The index could not be built" });
		if (lastError) {
			await failBuild(db, indexId, lastError);
			log.warn({ ...fields, err: error }, "index failed");
			return;
		}
		const progress = { done: attempt + 1, unit: "attempts", waiting_for: waitingFor(error) };
		await reportBuild(db, indexId, "waiting", progress);
		log.warn({ ...fields, attempt, err: error }, "index will be tried again");
		const delay = askedDelay(error);
		if (delay > 0) await whileCurrent(isWanted, signal, (signal) => setTimeout(delay, undefined, { signal }));
		throw error;
	}
}
