import { compareSettings } from "../src/jobs/compare-settings.ts";
import type { LabDeps } from "./deps.ts";
import { runComparison } from "./run-comparison.ts";

/** Takes comparisons from the queue, one at a time, until it is stopped. */
export async function startLab(deps: LabDeps): Promise<void> {
	await deps.queue.work(compareSettings, 1, ({ comparison_id }, context) =>
		runComparison(deps, comparison_id, context),
	);
}
