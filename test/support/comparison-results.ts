import {
	type ComparisonResults,
	type EvidenceSpan,
	type QuestionMeasures,
	type QuestionResult,
	RECALL_AT,
} from "../../src/comparison.ts";

type Asked = {
	question: string;
	/** Of the evidence in the budget, under each of the settings. */
	shares: number[];
	filename?: string;
	answer?: string;
	/** What each of the settings would send, as the beginning of the document; of none where it is left out. */
	sent?: string[];
};

/** Evidence in these results stands at the beginning of its document. */
export const EVIDENCE = "Herons nest in trees.";

/** Results of settings by their names, as the API gives them, with all measures derived from the shares. */
export function comparisonResults(names: string[], asked: Asked[]): ComparisonResults {
	const questions = asked.map((one) => questionResult(names, one));
	const means = names.map((_, place) => meanOf(questions.map(({ measures }) => measures[place] as QuestionMeasures)));
	return {
		settings: names.map((name, place) => ({
			name,
			index_id: `vsx_${place}`,
			chunks: 1000 * (place + 1),
			build:
				place === 0
					? null
					: { tokens_embedded: 12_345, vectors_reused: 2, cost_usd: place === 1 ? 0.0021 : null, seconds: 3.21 },
			means: means[place] as QuestionMeasures,
			cost_usd_per_1000_questions: place === 0 ? null : 1.5,
		})),
		differences: names.slice(1).flatMap((settings, place) => {
			const of = (key: "recall_in_budget" | "context_tokens") =>
				(means[place + 1] as QuestionMeasures)[key] - (means[0] as QuestionMeasures)[key];
			const common = { settings, baseline: names[0] as string };
			const recall = of("recall_in_budget");
			return [
				{ ...common, measure: "recall_in_budget" as const, mean: recall, low: recall - 0.1, high: recall + 0.1 },
				{ ...common, measure: "context_tokens" as const, mean: of("context_tokens"), low: -1200, high: -1 },
			];
		}),
		questions,
		skipped: [],
	};
}

function questionResult(
	names: string[],
	{ question, shares, filename = "birds.md", answer, sent }: Asked,
): QuestionResult {
	const [most, least] = [Math.max(...shares), Math.min(...shares)];
	const having = (share: number) => (most === least ? [] : names.filter((_, place) => shares[place] === share));
	const place = { file_id: "file-1", filename, start: 0, location: { page_start: 2 } };
	const evidence: EvidenceSpan = { ...place, end: EVIDENCE.length, text: EVIDENCE };
	return {
		question,
		...(answer !== undefined && { answer }),
		evidence: [evidence],
		won_by: having(most),
		lost_by: having(least),
		measures: shares.map((share, number) => ({
			recall_at: Object.fromEntries(RECALL_AT.map((k) => [String(k), (share * k) / 10])),
			recall_in_budget: share,
			reciprocal_rank: share / 2,
			precision: share / 10,
			iou: share / 20,
			context_tokens: 1000 - 100 * number,
		})),
		...(sent && { sent: sent.map((text) => [{ ...place, end: text.length, text }]) }),
	};
}

function meanOf(all: QuestionMeasures[]): QuestionMeasures {
	const mean = (of: (one: QuestionMeasures) => number) => all.reduce((sum, one) => sum + of(one), 0) / all.length;
	return {
		recall_at: Object.fromEntries(RECALL_AT.map((k) => [String(k), mean(({ recall_at }) => recall_at[k] ?? 0)])),
		recall_in_budget: mean((one) => one.recall_in_budget),
		reciprocal_rank: mean((one) => one.reciprocal_rank),
		precision: mean((one) => one.precision),
		iou: mean((one) => one.iou),
		context_tokens: mean((one) => one.context_tokens),
	};
}
