import type { Database } from "../src/db/database.ts";
import { type ComparisonProgress, reportComparison } from "../src/store/comparisons.ts";

export type Report = (progress: ComparisonProgress) => Promise<void>;

/** Thousands of questions must not write as many reports. */
const REPORT_MS = 100;

/** Tells those who wait what a comparison is at; a new stage or setting at once, how far it is now and then. */
export function reportTo(db: Database, comparisonId: string): Report {
	let last = { stage: "", setting: "" as string | undefined, at: 0 };
	return async (progress) => {
		const { stage, setting } = progress;
		const isNew = stage !== last.stage || setting !== last.setting;
		if (!isNew && performance.now() - last.at < REPORT_MS) return;
		last = { stage, setting, at: performance.now() };
		await reportComparison(db, comparisonId, progress);
	};
}
