import { html } from "hono/html";
import { RECALL_AT, type SettingsResult } from "../../comparison.ts";
import { percent } from "../comparison-measures.ts";
import { colourOf, type Html } from "./badge.ts";
import { at, BOTTOM, LEFT, plotFrame, pointLabel, RIGHT, TOP } from "./frame.ts";
import { placeLabels } from "./place-labels.ts";
import { linearScale } from "./scale.ts";

/** A curve for each of the settings: the share of the evidence in the best k passages. */
export function recallCurves(settings: SettingsResult[]): Html {
	const end = RIGHT - 6;
	const x = linearScale([0, Math.max(...RECALL_AT)], [LEFT, end], { least: 1 });
	const curves = settings.map(({ means }) => RECALL_AT.map((k) => 100 * (means.recall_at[k] ?? 0)));
	const y = linearScale(curves.flat(), [BOTTOM, TOP], { least: 5, low: 0, high: 100 });
	const labels = placeLabels(
		curves.map((shares) => ({ x: end + 10, y: y(shares.at(-1) ?? 0) })),
		{ width: 14, height: 13 },
	);
	return plotFrame({
		id: "recall-curves",
		title: "Evidence recall in the best k passages",
		description: settings
			.map(
				({ name, means }) =>
					`${name}: ${RECALL_AT.map((k) => `${percent(means.recall_at[k] ?? 0)} in ${k}`).join(", ")}`,
			)
			.join("; "),
		x: { scale: x, label: "passages, k", ticks: [...RECALL_AT], format: String },
		y: { scale: y, label: "recall@k, %", format: String },
		children: curves.map((shares, place) => {
			const points = shares.map((share, i) => ({ x: x(RECALL_AT[i] ?? 0), y: y(share) }));
			return html`<polyline class="curve ${colourOf(place)}" points="${points.map((point) => `${at(point.x)},${at(point.y)}`).join(" ")}"/>
${points.map((point) => html`<circle class="dot ${colourOf(place)}" cx="${at(point.x)}" cy="${at(point.y)}" r="3"/>`)}
${pointLabel(place, labels[place] ?? { x: end, y: TOP })}`;
		}),
	});
}
