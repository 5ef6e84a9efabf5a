import { html, raw } from "hono/html";
import type { ComparisonResults, MeasureName } from "../../comparison.ts";
import { MEASURE_NAMES, MEASURES, RESULT_LINES, verdicts } from "../comparison-measures.ts";
import { differingQuestions } from "../question-contests.ts";
import { badge, type Html } from "./badge.ts";
import { forestPlot } from "./forest-plot.ts";
import { questionSection } from "./question-section.ts";
import { recallAgainstTokens } from "./recall-against-tokens.ts";
import { recallCurves } from "./recall-curves.ts";
import { contestsTable, differencesTable, settingsTable } from "./result-tables.ts";
import { STYLE } from "./style.ts";

/** Of what the results are. */
export type Compared = {
	id: string;
	store: string;
	/** Unix seconds. */
	created_at: number;
	sample: { files: number; of: number } | null;
	generated: { asked: number; kept: number } | null;
};

/**
 * A comparison as one HTML file that asks nobody for anything: no script, no font, no picture from elsewhere, and the
 * policy in its head forbids what a mistake might let in.
 */
export function comparisonPage(compared: Compared, results: ComparisonResults): string {
	const { settings, skipped } = results;
	const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Chunk settings of ${compared.store}</title>
<style>${raw(STYLE)}</style>
</head>
<body>
<header>
<h1>Chunk settings of ${compared.store}</h1>
<p class="meta">${describe(compared, results)}</p>
</header>
<main>
${verdictList(results)}
<h2>Settings</h2>
${settingsTable(results)}
<h2>Plots</h2>
<ul class="legend">${settings.map(({ name }, place) => html`<li>${badge(place)} ${name}</li>`)}</ul>
<div class="plots">
${figure("Evidence against tokens", "Up and to the left is better: more of the evidence in fewer tokens. The axes do not begin at 0.", recallAgainstTokens(settings))}
${figure("Evidence in the best k passages", "Large passages hold more each: compare them at equal tokens, too.", recallCurves(settings))}
</div>
${settings.length > 1 && differencesSection(results)}
${settings.length > 1 && questionsSection(results)}
${skipped.length > 0 && skippedList(skipped)}
<h2>What the measures mean</h2>
<dl>${RESULT_LINES.map(({ label, meaning }) => html`<dt>${label}</dt><dd>${meaning}</dd>`)}</dl>
</main>
</body>
</html>
`;
	return String(page);
}

function describe({ id, created_at, sample, generated }: Compared, { questions }: ComparisonResults): string {
	return [
		`${questions.length} questions with known evidence${generated ? ` (written by a model, ${generated.kept} of ${generated.asked} kept)` : ""}`,
		...(sample ? [`on a sample of ${sample.files} of ${sample.of} files`] : []),
		new Date(created_at * 1000).toISOString().slice(0, 10),
		id,
	].join(" · ");
}

function verdictList(results: ComparisonResults): Html | undefined {
	const sentences = verdicts(results);
	return sentences.length > 0
		? html`<ul class="verdict">${sentences.map((sentence) => html`<li>${sentence}</li>`)}</ul>`
		: undefined;
}

function differencesSection(results: ComparisonResults): Html {
	const { settings, differences } = results;
	const rowsOf = (measure: MeasureName) =>
		differences
			.filter((difference) => difference.measure === measure)
			.map((difference) => ({ difference, place: settings.findIndex(({ name }) => name === difference.settings) }));
	const plots = MEASURE_NAMES.map((measure) => {
		const { label, unit, better } = MEASURES[measure];
		return figure(
			unit === "points" ? `${label}, points` : label,
			better === "more" ? "To the right is better." : "To the left is cheaper.",
			forestPlot(measure, rowsOf(measure)),
		);
	});
	return html`<h2>Differences from ${settings[0]?.name}</h2>
<p>The mean over all questions and its 95 % interval, by drawing the questions anew many times. A filled dot: the interval leaves out 0. Of twenty such intervals one is expected to do so by chance.</p>
<div class="plots">
${plots}
</div>
${differencesTable(results)}`;
}

function questionsSection(results: ComparisonResults): Html {
	const names = results.settings.map(({ name }) => name);
	const differing = differingQuestions(results);
	const shown = differing.filter(({ sent }) => sent !== undefined).length;
	const unshown =
		shown < differing.length && ` What would be sent is kept for the ${shown} with the widest differences.`;
	return html`<h2>Questions that differ</h2>
${contestsTable(results)}
${differing.length > 0 && html`<p>The ${differing.length} questions of which the settings send different shares of the evidence, the widest differences first. Evidence is <mark>marked</mark>; excerpts are shortened around it.${unshown}</p>`}
${differing.map((question) => questionSection(question, names))}`;
}

function figure(title: string, caption: string, plot: Html): Html {
	return html`<figure><strong>${title}</strong>${plot}<figcaption>${caption}</figcaption></figure>
`;
}

function skippedList(skipped: ComparisonResults["skipped"]): Html {
	return html`<h2>Questions that could not be asked</h2>
<ul>${skipped.map(({ question, reason }) => html`<li>${question} <small>${reason}</small></li>`)}</ul>`;
}
