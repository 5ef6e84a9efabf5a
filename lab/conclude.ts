import { setImmediate } from "node:timers/promises";
import type { ComparisonResults, Difference, MeasureName, QuestionResult } from "../src/comparison.ts";
import { getOutcomes, type Outcome } from "../src/store/compared-settings.ts";
import { getEntries } from "../src/store/comparison-files.ts";
import type { ComparisonRow, Found, FoundQuestion } from "../src/store/comparisons.ts";
import { intervalOf } from "./bootstrap.ts";
import type { LabDeps } from "./deps.ts";
import { readSent } from "./read-sent.ts";
import { noneLeft } from "./resolve-questions.ts";
import { resultsOfSettings } from "./settings-results.ts";
import { MEASURES, winnersOf } from "./summarise.ts";

/**
 * What all outcomes add up to. A question whose file was removed meanwhile is left out, also where it was added again:
 * some of the settings were asked without it.
 */
export async function conclude(
	deps: LabDeps,
	comparison: ComparisonRow,
	{ questions: asked, skipped, entries }: Found,
	signal: AbortSignal,
): Promise<ComparisonResults> {
	const now = await getEntries(deps.db, comparison.vector_store_id, Object.keys(entries));
	const isHeld = ({ evidence }: FoundQuestion) => evidence.every(({ file_id }) => now[file_id] === entries[file_id]);
	const questions = asked.filter(isHeld);
	const gone = asked.filter((question) => !isHeld(question)).map(({ question }) => ({ question, reason: GONE }));
	const left = [...skipped, ...gone];
	if (questions.length === 0) throw noneLeft(left);
	const outcomes: Outcome[][] = [];
	for (const place of comparison.settings.keys()) {
		const all = await getOutcomes(deps.db, comparison.id, place);
		outcomes.push(all.filter((_, number) => isHeld(asked[number] as FoundQuestion)));
	}
	const names = comparison.settings.map(({ name }) => name);
	return {
		settings: await resultsOfSettings(deps, comparison, questions, outcomes),
		differences: await differencesOf(names, outcomes, signal),
		questions: await readSent(deps.db, resultsOf(names, questions, outcomes), outcomes, signal),
		skipped: left,
	};
}

const GONE =
	"A file with its evidence was removed from the vector store while settings were compared, or removed and added again.";

/** Each of the settings minus the first. */
async function differencesOf(names: string[], outcomes: Outcome[][], signal: AbortSignal): Promise<Difference[]> {
	const [baseline = "", ...others] = names;
	const [base = []] = outcomes;
	const differences: Difference[] = [];
	for (const [place, settings] of others.entries()) {
		for (const [measure, of] of Object.entries(MEASURES)) {
			const paired = outcomes[place + 1]?.map(({ measures }, number) => {
				return of(measures) - of((base[number] as Outcome).measures);
			});
			differences.push({ settings, baseline, measure: measure as MeasureName, ...intervalOf(paired ?? []) });
			// Two thousand questions take some 30 ms each, which others must not wait for in sum.
			await setImmediate(undefined, { signal });
		}
	}
	return differences;
}

function resultsOf(names: string[], questions: FoundQuestion[], outcomes: Outcome[][]): QuestionResult[] {
	return questions.map((question, number) => {
		const measures = outcomes.map((all) => (all[number] as Outcome).measures);
		const shares = measures.map(({ recall_in_budget }) => recall_in_budget);
		return { ...question, ...winnersOf(names, shares), measures };
	});
}
