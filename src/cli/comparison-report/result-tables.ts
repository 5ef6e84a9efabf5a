import { html } from "hono/html";
import type { ComparisonResults } from "../../comparison.ts";
import { describeDifference, isSure, MEASURE_NAMES, MEASURES, RESULT_LINES } from "../comparison-measures.ts";
import { contestsOf } from "../question-contests.ts";
import { badge, type Html } from "./badge.ts";

/** A column for each of the settings, a row for each measure. */
export function settingsTable({ settings, questions }: ComparisonResults): Html {
	const rows = RESULT_LINES.map(
		({ label, show }) =>
			html`<tr><th scope="row">${label}</th>${settings.map((result) => html`<td>${show(result)}</td>`)}</tr>
`,
	);
	return table("Settings", `Means over ${questions.length} questions`, settings.map(columnHead), rows);
}

/** A column for each of the settings but the first, a row for each measure. */
export function differencesTable({ settings, differences }: ComparisonResults): Html {
	const cells = new Map(differences.map((one) => [`${one.settings}\n${one.measure}`, one]));
	const others = settings.slice(1);
	const rows = MEASURE_NAMES.map((measure) => {
		const { label, unit } = MEASURES[measure];
		const values = others.map(({ name }) => {
			const difference = cells.get(`${name}\n${measure}`);
			if (!difference) return html`<td></td>`;
			const shown = describeDifference(difference);
			return html`<td>${isSure(difference) ? html`<strong>${shown}</strong>` : shown}</td>`;
		});
		return html`<tr><th scope="row">${label}${unit === "points" && ", points"}</th>${values}</tr>
`;
	});
	const caption = `Minus ${settings[0]?.name}: mean and 95 % interval; bold where that leaves out 0`;
	return table(
		"Differences",
		caption,
		others.map((other, place) => columnHead(other, place + 1)),
		rows,
	);
}

/** How many questions each of the settings sends more and less of the evidence for than the first. */
export function contestsTable(results: ComparisonResults): Html {
	const rows = contestsOf(results).map(
		({ name, more, less, same }, place) =>
			html`<tr><th scope="row">${badge(place + 1)} ${name}</th><td>${more.length}</td><td>${less.length}</td><td>${same}</td></tr>
`,
	);
	const head = ["more", "less", "as much"].map((name) => html`<th scope="col">${name}</th>`);
	return table(
		"Questions won and lost",
		`Questions by the evidence sent, beside ${results.settings[0]?.name}`,
		head,
		rows,
	);
}

function columnHead({ name }: { name: string }, place: number): Html {
	return html`<th scope="col">${badge(place)} ${name}</th>`;
}

/** In a box of its own that scrolls, also by the keyboard: a page that is wider than a phone cannot be read. */
function table(name: string, caption: string, head: Html[], rows: Html[]): Html {
	return html`<div class="scroll" role="region" aria-label="${name}" tabindex="0"><table>
<caption>${caption}</caption>
<thead><tr><td></td>${head}</tr></thead>
<tbody>
${rows}</tbody>
</table></div>`;
}
