import type { ComparisonResults } from "../comparison.ts";
import {
	describeDifference,
	isSure,
	MEASURE_NAMES,
	MEASURES,
	RESULT_LINES,
	shortPercent,
	verdicts,
} from "./comparison-measures.ts";
import { type Contest, contestsOf } from "./question-contests.ts";

/** So many questions are named each way; the report has all. */
const NAMED = 3;
const QUESTION_LENGTH = 100;

/** What came out of a comparison, as lines for a terminal. */
export function comparisonTable(results: ComparisonResults): string {
	return [
		settingsTable(results),
		...(results.differences.length > 0 ? [differencesTable(results), verdicts(results).join("\n")] : []),
		...contestsOf(results).map(
			({ name, baseline, more, less, same }) =>
				`${name} sends more of the evidence than ${baseline} for ${questions(more.length)}, less for ${less.length}, as much for ${same}.${named("+", more)}${named("−", less)}`,
		),
		...skippedLines(results),
	].join("\n\n");
}

function settingsTable({ settings }: ComparisonResults): string {
	return alignColumns([
		["", ...settings.map(({ name }) => name)],
		...RESULT_LINES.map(({ label, show }) => [label, ...settings.map(show)]),
	]);
}

function differencesTable({ settings, differences, questions }: ComparisonResults): string {
	const [baseline, ...others] = settings;
	const cells = new Map(
		differences.map((one) => [
			`${one.settings}\n${one.measure}`,
			`${describeDifference(one)}${isSure(one) ? " *" : "  "}`,
		]),
	);
	const rows = MEASURE_NAMES.map((measure) => {
		const { label, unit } = MEASURES[measure];
		return [
			`${label}${unit === "points" ? ", points" : ""}`,
			...others.map(({ name }) => cells.get(`${name}\n${measure}`) ?? ""),
		];
	});
	return `Minus ${baseline?.name}: the mean of ${questions.length} questions and its 95 % interval; * where that leaves out 0.\n${alignColumns([["", ...others.map(({ name }) => name)], ...rows])}`;
}

function named(sign: string, contests: Contest[]): string {
	const lines = contests.slice(0, NAMED).map(({ question: { question }, share, baselineShare }) => {
		const flat = question.replaceAll(/\s+/g, " ");
		const short = flat.length > QUESTION_LENGTH ? `${flat.slice(0, QUESTION_LENGTH)}…` : flat;
		return `\n  ${sign} ${shortPercent(share)} instead of ${shortPercent(baselineShare)}: ${short}`;
	});
	const more = contests.length - lines.length;
	return lines.join("") + (more > 0 ? `\n  ${sign} and ${more} more` : "");
}

function skippedLines({ skipped }: ComparisonResults): string[] {
	if (skipped.length === 0) return [];
	const lines = skipped
		.slice(0, NAMED)
		.map(({ question, reason }) => `\n  ${question.slice(0, QUESTION_LENGTH)}: ${reason}`);
	const more = skipped.length > lines.length ? `\n  and ${skipped.length - lines.length} more` : "";
	return [`${questions(skipped.length)} could not be asked:${lines.join("")}${more}`];
}

function questions(number: number): string {
	return number === 1 ? "1 question" : `${number} questions`;
}

/** The first column stands left, the others right, two spaces between. */
function alignColumns(rows: string[][]): string {
	const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
	return rows
		.map((row) =>
			row.map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0))),
		)
		.map((cells) => cells.join("  ").trimEnd())
		.join("\n");
}
