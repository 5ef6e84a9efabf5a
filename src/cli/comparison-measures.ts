import {
	type ComparisonResults,
	type Difference,
	type MeasureName,
	PRECISION_AT,
	RANKED,
	RECALL_AT,
	type SettingsResult,
} from "../comparison.ts";

/** A line of the table that has a column for each of the settings. */
export type ResultLine = { label: string; meaning: string; show(result: SettingsResult): string };

/** What a comparison says of each of the settings, in the order that a reader asks for it. */
export const RESULT_LINES: ResultLine[] = [
	{
		label: "recall in the budget",
		meaning: "share of the evidence in what would be sent to the model",
		show: ({ means }) => percent(means.recall_in_budget),
	},
	...RECALL_AT.map((k) => ({
		label: `recall@${k}`,
		meaning: `share of the evidence in the best ${k === 1 ? "passage" : `${k} passages`}`,
		show: ({ means }: SettingsResult) => percent(means.recall_at[k] ?? 0),
	})),
	{
		label: "MRR",
		meaning: `mean of 1 / the rank of the first passage that holds any evidence, of the best ${RANKED}`,
		show: ({ means }) => means.reciprocal_rank.toFixed(3),
	},
	{
		label: `precision@${PRECISION_AT}`,
		meaning: `share of evidence in the best ${PRECISION_AT} passages`,
		show: ({ means }) => percent(means.precision),
	},
	{
		label: `IoU@${PRECISION_AT}`,
		meaning: "evidence found ÷ (all evidence and all that was retrieved)",
		show: ({ means }) => percent(means.iou),
	},
	{
		label: "context tokens",
		meaning: "tokens that would be sent to the model, mean of the questions",
		show: ({ means }) => count(means.context_tokens),
	},
	{ label: "chunks", meaning: "chunks of the index", show: ({ chunks }) => count(chunks) },
	{
		label: "tokens embedded",
		meaning: "tokens that building the index for the comparison sent to the embedding server",
		show: ({ build }) => (build ? count(build.tokens_embedded) : "was there"),
	},
	{
		label: "build cost",
		meaning: "what these tokens cost; not known: the price of the model is not",
		show: ({ build }) => (build ? dollars(build.cost_usd) : "was there"),
	},
	{
		label: "build time",
		meaning: "seconds",
		show: ({ build }) => (build ? `${build.seconds.toFixed(1)} s` : "was there"),
	},
	{
		label: "per 1,000 questions",
		meaning: "what 1,000 questions cost in input: the context at the model's price, and the questions' vectors",
		show: ({ cost_usd_per_1000_questions }) => dollars(cost_usd_per_1000_questions),
	},
];

type Measure = { label: string; unit: "points" | "tokens" | ""; better: "more" | "less" };

/** What differences are told of. */
export const MEASURES: Record<MeasureName, Measure> = {
	recall_in_budget: { label: "recall in the budget", unit: "points", better: "more" },
	recall_at_5: { label: "recall@5", unit: "points", better: "more" },
	reciprocal_rank: { label: "MRR", unit: "", better: "more" },
	precision: { label: `precision@${PRECISION_AT}`, unit: "points", better: "more" },
	iou: { label: `IoU@${PRECISION_AT}`, unit: "points", better: "more" },
	context_tokens: { label: "context tokens", unit: "tokens", better: "less" },
};
export const MEASURE_NAMES = Object.keys(MEASURES) as MeasureName[];

/** A difference of a measure as it is shown, without its unit: shares in points of a hundred. */
export function signed(measure: MeasureName, value: number): string {
	const { unit } = MEASURES[measure];
	const shown = unit === "points" ? (100 * value).toFixed(1) : unit === "tokens" ? value.toFixed(0) : value.toFixed(3);
	const digits = unit === "tokens" ? count(Math.abs(Number(shown))) : shown.replace("-", "");
	// What rounds to nothing keeps its sign: it says on which side of 0 an interval ends.
	return value === 0 ? digits : `${value > 0 ? "+" : "−"}${digits}`;
}

/** `+2.8 [−3.5, +9.0]`: the mean and its interval, without their unit. */
export function describeDifference({ measure, mean, low, high }: Difference): string {
	return `${signed(measure, mean)} [${signed(measure, low)}, ${signed(measure, high)}]`;
}

/** Whether the interval leaves no doubt that there is a difference. */
export function isSure({ low, high }: Pick<Difference, "low" | "high">): boolean {
	return low > 0 || high < 0;
}

/** A sentence for each of the settings but the baseline: whether more of the evidence reaches the model. */
export function verdicts({ differences }: ComparisonResults): string[] {
	return differences
		.filter(({ measure }) => measure === "recall_in_budget")
		.map((difference) => {
			const { settings, baseline, mean, low, high } = difference;
			const points = (value: number) => signed("recall_in_budget", value);
			const interval = `${points(mean)} points (95 %: ${points(low)} to ${points(high)})`;
			if (mean === 0 && low === 0 && high === 0) return `${settings} sends as much of the evidence as ${baseline}.`;
			if (!isSure(difference)) {
				return `${settings} and ${baseline} differ by too little to be sure in the evidence they send: ${interval}.`;
			}
			return `${settings} sends ${mean > 0 ? "more" : "less"} of the evidence than ${baseline}: ${interval}.`;
		});
}

export function percent(share: number): string {
	return `${(100 * share).toFixed(1)} %`;
}

/** Of one question: most are all or nothing. */
export function shortPercent(share: number): string {
	return `${Number((100 * share).toFixed(1))} %`;
}

export function count(value: number): string {
	return Math.round(value).toLocaleString("en-US");
}

export function dollars(value: number | null): string {
	if (value === null) return "not known";
	return `$${value.toFixed(value > 0 && value < 0.1 ? 4 : 2)}`;
}
