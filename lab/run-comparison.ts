import { setTimeout } from "node:timers/promises";
import { askedDelay, lastErrorOf, waitingFor } from "../ingest/last-error.ts";
import { ExcerptError } from "../src/errors.ts";
import { compareSettings } from "../src/jobs/compare-settings.ts";
import { Overtaken, whileCurrent } from "../src/jobs/while-current.ts";
import { endComparison } from "../src/operations/end-comparison.ts";
import { beginComparison, isComparisonWanted, reportComparison } from "../src/store/comparisons.ts";
import { compare } from "./compare.ts";
import type { LabDeps } from "./deps.ts";

/** Sees a comparison to its end: completed, failed with a reason, left to the next attempt, or not wanted any more. */
export async function runComparison(
	deps: LabDeps,
	id: string,
	{ attempt, signal }: { attempt: number; signal: AbortSignal },
): Promise<void> {
	const { db, queue, log } = deps;
	const comparison = await beginComparison(db, id);
	if (!comparison) return;
	const isWanted = () => isComparisonWanted(db, id);
	const fields = { vector_store_id: comparison.vector_store_id, comparison_id: id };
	const started = performance.now();
	try {
		await whileCurrent(isWanted, signal, (signal) => compare(deps, comparison, signal));
		log.info({ ...fields, milliseconds: Math.round(performance.now() - started) }, "settings compared");
	} catch (error) {
		if (signal.aborted) throw error;
		if (error instanceof Overtaken) return;
		const { retryLimit } = compareSettings;
		const told = lastErrorOf(error, { attempt, retryLimit, what: "The settings could not be compared" });
		if (told) {
			// A file's `last_error` has three codes by OpenAI's schema, which does not know comparisons.
			const last_error = error instanceof ExcerptError ? { ...told, code: error.code } : told;
			await db.transaction((tx) => endComparison(tx, queue, comparison, { status: "failed", last_error }));
			log.warn({ ...fields, err: error }, "comparison failed");
			return;
		}
		const progress = { done: attempt + 1, unit: "attempts", waiting_for: waitingFor(error) };
		await reportComparison(db, id, { stage: "waiting", ...progress });
		log.warn({ ...fields, attempt, err: error }, "comparison will be tried again");
		const delay = askedDelay(error);
		if (delay > 0) await whileCurrent(isWanted, signal, (signal) => setTimeout(delay, undefined, { signal }));
		throw error;
	}
}
