import { html } from "hono/html";
import type { SettingsResult } from "../../comparison.ts";
import { count, percent } from "../comparison-measures.ts";
import { colourOf, type Html } from "./badge.ts";
import { at, BOTTOM, LEFT, plotFrame, pointLabel, RIGHT, TOP } from "./frame.ts";
import { placeLabels } from "./place-labels.ts";
import { linearScale } from "./scale.ts";

/** A point for each of the settings: the evidence that reaches the model, over the tokens it takes. Up and left is better. */
export function recallAgainstTokens(settings: SettingsResult[]): Html {
	const x = linearScale(
		settings.map(({ means }) => means.context_tokens),
		[LEFT, RIGHT],
		{ least: 20, low: 0 },
	);
	const y = linearScale(
		settings.map(({ means }) => 100 * means.recall_in_budget),
		[BOTTOM, TOP],
		{ least: 1, low: 0, high: 100 },
	);
	const points = settings.map(({ means }) => ({ x: x(means.context_tokens), y: y(100 * means.recall_in_budget) }));
	const labels = placeLabels(
		points.map((point) => ({ x: point.x + 8, y: point.y - 7 })),
		{ width: 14, height: 13 },
	);
	return plotFrame({
		id: "recall-tokens",
		title: "Evidence recall in the budget against context tokens",
		description: settings
			.map(({ name, means }) => `${name}: ${percent(means.recall_in_budget)} in ${count(means.context_tokens)} tokens`)
			.join("; "),
		x: { scale: x, label: "context tokens, mean", format: count },
		y: { scale: y, label: "recall in the budget, %", format: String },
		children: points.map(
			(point, place) =>
				html`<circle class="dot ${colourOf(place)}" cx="${at(point.x)}" cy="${at(point.y)}" r="5"/>${pointLabel(place, labels[place] ?? point)}`,
		),
	});
}
