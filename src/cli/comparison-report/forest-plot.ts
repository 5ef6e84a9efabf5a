import { html } from "hono/html";
import type { Difference, MeasureName } from "../../comparison.ts";
import { describeDifference, isSure, MEASURES } from "../comparison-measures.ts";
import { colourOf, type Html } from "./badge.ts";
import { at, WIDTH } from "./frame.ts";
import { linearScale } from "./scale.ts";

const ROW = 36;
const MARGIN = 20;
const AXIS = 24;
const NAME = 26;

/** A row for each difference of one measure: its interval around its mean, filled where it leaves out 0. `places` are those of the settings. */
export function forestPlot(measure: MeasureName, rows: { difference: Difference; place: number }[]): Html {
	const { label, unit } = MEASURES[measure];
	const factor = unit === "points" ? 100 : 1;
	const bottom = rows.length * ROW + 4;
	const x = linearScale(
		[0, ...rows.flatMap(({ difference: { low, high } }) => [low * factor, high * factor])],
		[MARGIN, WIDTH - MARGIN],
		{ least: unit === "points" ? 0.2 : unit === "tokens" ? 2 : 0.002 },
	);
	const id = `forest-${measure}`;
	return html`<svg class="plot" viewBox="0 0 ${WIDTH} ${bottom + AXIS}" role="img" aria-labelledby="${id}-title ${id}-text">
<title id="${id}-title">Differences of ${label}${unit === "points" && ", points"}</title>
<desc id="${id}-text">${rows.map(({ difference }) => `${difference.settings} minus ${difference.baseline}: ${describeDifference(difference)}`).join("; ")}</desc>
${x.ticks.map((tick) => html`<line class="${tick === 0 ? "zero" : "grid"}" x1="${at(x(tick))}" x2="${at(x(tick))}" y1="4" y2="${bottom}"/><text class="tick" x="${at(x(tick))}" y="${bottom + 16}" text-anchor="middle">${tick > 0 ? `+${tick}` : String(tick).replace("-", "−")}</text>`)}
${rows.map(({ difference, place }, row) => {
	const { mean, low, high } = difference;
	const y = row * ROW + 26;
	return html`<g class="${colourOf(place)}">
<text class="number" x="${MARGIN - 16}" y="${y - 9}">${place + 1}</text><text class="name" x="${MARGIN - 3}" y="${y - 9}">${shorten(difference.settings)}</text><text class="value" x="${WIDTH - 4}" y="${y - 9}" text-anchor="end">${describeDifference(difference)}</text>
<line class="interval" x1="${at(x(low * factor))}" x2="${at(x(high * factor))}" y1="${y}" y2="${y}"/>
<circle class="${isSure(difference) ? "dot" : "ring"}" cx="${at(x(mean * factor))}" cy="${y}" r="5"/></g>`;
})}
</svg>`;
}

/** What stands beside the difference in the width of a phone. */
function shorten(name: string): string {
	return name.length > NAME ? `${name.slice(0, NAME - 1)}…` : name;
}
