import type { ComparedSettings } from "../src/comparison.ts";
import { Overtaken } from "../src/jobs/while-current.ts";
import { clearOutcomes, listCompared } from "../src/store/compared-settings.ts";
import { type ComparisonRow, completeComparison } from "../src/store/comparisons.ts";
import { clearQuestionVectors } from "../src/store/question-vectors.ts";
import { askQuestions } from "./ask-questions.ts";
import { conclude } from "./conclude.ts";
import type { LabDeps } from "./deps.ts";
import { drawSample } from "./draw-sample.ts";
import { openIndex } from "./open-index.ts";
import { questionEmbedder } from "./question-embedder.ts";
import { reportTo } from "./report-progress.ts";
import { resolveQuestions } from "./resolve-questions.ts";

/**
 * The line of a comparison: sample → questions with the places of their evidence → for each of the settings an index, what
 * each question finds in it → measures. Safe to repeat from any point: what each step came to is kept, and a setting that
 * was asked is done.
 */
export async function compare(deps: LabDeps, comparison: ComparisonRow, signal: AbortSignal): Promise<void> {
	const { db } = deps;
	const report = reportTo(db, comparison.id);
	const asking = { ...deps, embedder: deps.embedder && questionEmbedder(deps.embedder, db, comparison.id) };
	await drawSample(db, comparison);
	const found = await resolveQuestions(deps, comparison, report, signal);
	for (const [place, { name }] of comparison.settings.entries()) {
		if (await isAsked(deps, comparison, place)) continue;
		await report({ stage: "build", setting: name });
		const index = await openIndex(deps, comparison, place, signal);
		const settings = comparison.settings[place] as ComparedSettings;
		await askQuestions(asking, comparison, { place, settings, index }, found.questions, report, signal);
	}
	await report({ stage: "measure" });
	const results = await conclude(deps, comparison, found, signal);
	signal.throwIfAborted();
	if (!(await completeComparison(db, comparison.id, results))) throw new Overtaken();
	await clearOutcomes(db, comparison.id);
	await clearQuestionVectors(db, comparison.id);
}

async function isAsked({ db }: LabDeps, { id }: ComparisonRow, place: number): Promise<boolean> {
	return (await listCompared(db, id)).some((one) => one.place === place && one.asked);
}
