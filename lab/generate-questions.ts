import type { ComparisonRow } from "../src/store/comparisons.ts";
import type { HeldFile } from "../src/store/lacking-files.ts";
import type { LabDeps } from "./deps.ts";
import type { Report } from "./report-progress.ts";

export async function generateQuestions(
	_deps: LabDeps,
	_comparison: ComparisonRow,
	_held: (HeldFile & { length: number })[],
	_report: Report,
	_signal: AbortSignal,
): Promise<void> {
	throw new Error("not yet");
}
