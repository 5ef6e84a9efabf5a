import { type MeasureName, NOTICED, type QuestionMeasures, RECALL_AT } from "../src/comparison.ts";

/** Of one question, by name. */
export const MEASURES: Record<MeasureName, (measures: QuestionMeasures) => number> = {
	recall_in_budget: (measures) => measures.recall_in_budget,
	recall_at_5: (measures) => measures.recall_at["5"] ?? 0,
	reciprocal_rank: (measures) => measures.reciprocal_rank,
	precision: (measures) => measures.precision,
	iou: (measures) => measures.iou,
	context_tokens: (measures) => measures.context_tokens,
};

/** The mean of each measure over the questions, each counting the same. There is at least one. */
export function meansOf(all: QuestionMeasures[]): QuestionMeasures {
	const mean = (of: (measures: QuestionMeasures) => number) => meanOf(all.map(of));
	return {
		recall_at: Object.fromEntries(RECALL_AT.map((k) => [String(k), mean(({ recall_at }) => recall_at[k] ?? 0)])),
		recall_in_budget: mean(MEASURES.recall_in_budget),
		reciprocal_rank: mean(MEASURES.reciprocal_rank),
		precision: mean(MEASURES.precision),
		iou: mean(MEASURES.iou),
		context_tokens: mean(MEASURES.context_tokens),
	};
}

export function meanOf(values: number[]): number {
	return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/**
 * Under which settings a question has the most of its evidence in the budget, and under which the least; nobody wins where
 * all have the same, but for what is not noticed. `shares` are those of each of the settings, in their order.
 */
export function winnersOf(names: string[], shares: number[]): { won_by: string[]; lost_by: string[] } {
	const [most, least] = [Math.max(...shares), Math.min(...shares)];
	if (most - least < NOTICED) return { won_by: [], lost_by: [] };
	const near = (share: number) => names.filter((_, place) => Math.abs((shares[place] ?? 0) - share) < NOTICED);
	return { won_by: near(most), lost_by: near(least) };
}
