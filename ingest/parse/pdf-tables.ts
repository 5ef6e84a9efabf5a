import type { Line, Segment } from "./pdf-lines.ts";
import type { Box } from "./pdf-page.ts";
import { aligned, type Column, columnsOf, overlap } from "./pdf-table-columns.ts";

/** A table as it stands on a page: its lines, each with a text for each column. */
export type Table = { lines: Line[]; rows: TableLine[]; columns: Column[] };
/** `spans` are the parts of a line that stand across several columns. */
export type TableLine = { line: Line; cells: string[]; spans: { from: number; to: number; text: string }[] };

/** Lines between two of several columns that still belong to the table: a section's name, the rest of a long cell. */
const MOST_LINES_BETWEEN = 3;

const CAPTION = /^(?:table|figure|fig|exhibit|chart|tabelle|abbildung|tableau)\.? *[\dA-Z]+(?:[.:-]|\b)/i;

/** Divides lines into tables and the text around them. */
export function findTables(lines: Line[], rules: Box[]): (Table | Line[])[] {
	const parts: (Table | Line[])[] = [];
	let text: Line[] = [];
	for (let index = 0; index < lines.length; ) {
		const table = tableAt(lines, index, rules);
		if (table) {
			const above = text.at(-1);
			if (above && isHeadAbove(above, lines[index] as Line)) {
				text.pop();
				table.lines.unshift(above);
				table.rows.unshift(tableLine(above, table.columns));
				index--;
			}
			if (text.length > 0) parts.push(text);
			text = [];
			parts.push(table);
			index += table.lines.length;
		} else {
			text.push(lines[index] as Line);
			index++;
		}
	}
	if (text.length > 0) parts.push(text);
	return parts;
}

function tableAt(lines: Line[], from: number, rules: Box[]): Table | undefined {
	const first = lines[from];
	if (!first || first.segments.length < 2 || CAPTION.test(first.text)) return undefined;
	let to = from + 1;
	for (let index = to; index < lines.length && index - to < MOST_LINES_BETWEEN; index++) {
		const [line, previous] = [lines[index], lines[index - 1]];
		if (!line || !previous || !near(previous, line, rules)) break;
		if (line.segments.length >= 2) to = index + 1;
		else if (isProseLine(line, lines.slice(from, to))) break;
	}
	// The rest of a last row's long cells, and what stands above the rule that ends the table.
	while (to < lines.length && isRest(lines[to] as Line, lines[to - 1] as Line, lines.slice(from, to), rules)) to++;
	const run = lines.slice(from, to);
	const columns = columnsOf(run);
	const rowish = run.filter((line) => line.segments.length >= 2);
	const enough = rowish.length >= 3 || (rowish.length === 2 && columns.length >= 3);
	if (!enough || columns.length < 2 || !aligned(rowish, columns)) return undefined;
	return { lines: run, rows: run.map((line) => tableLine(line, columns)), columns };
}

/** A head of two lines whose upper one stands over one column only begins a line above the first row of cells. */
function isHeadAbove(line: Line | undefined, first: Line): boolean {
	const [segment] = line?.segments ?? [];
	if (!line || !segment || line.segments.length > 1 || CAPTION.test(line.text)) return false;
	const besides = segment.x > (first.segments[0]?.right ?? 0) && segment.x > first.x + 20;
	return besides && first.y - line.y <= 1.4 * first.size && line.size <= 1.1 * first.size;
}

function near(previous: Line, line: Line, rules: Box[]): boolean {
	const distance = line.y - previous.y;
	const size = Math.max(line.size, previous.size);
	if (distance <= 3 * size) return true;
	return distance <= 6 * size && rules.some((rule) => rule.top > previous.y - size && rule.top < line.y + size / 2);
}

/** A line of text as wide as the table, in words: the paragraph after it. */
function isProseLine(line: Line, table: Line[]): boolean {
	const left = Math.min(...table.map(({ x }) => x));
	const right = Math.max(...table.map((other) => other.right));
	return line.right - line.x > 0.75 * (right - left) && line.text.length > 60;
}

function isRest(line: Line, last: Line, table: Line[], rules: Box[]): boolean {
	const [segment] = line.segments;
	if (!segment || line.segments.length > 1 || line.y - last.y > 2 * last.size || line.size > 1.1 * last.size)
		return false;
	const left = Math.min(...table.map(({ x }) => x));
	const right = Math.max(...table.map((other) => other.right));
	const cell = table.flatMap(({ segments }) => segments).find(({ x }) => Math.abs(x - segment.x) < last.size);
	if (!cell || segment.right - segment.x > 0.6 * (right - left)) return false;
	const close = line.y - last.y <= 1.35 * last.size;
	if (close && last.segments.length > 1 && segment.right < cell.right + 3 * last.size) return true;
	return rules.some(
		(rule) =>
			rule.bottom - rule.top <= 3 &&
			rule.top > line.y - 1 &&
			rule.top < line.y + 4 * line.size &&
			rule.left < left + 12 &&
			rule.right > right - 12,
	);
}

function tableLine(line: Line, columns: Column[]): TableLine {
	const cells = columns.map(() => "");
	const spans: TableLine["spans"] = [];
	for (const segment of line.segments) {
		const over = columns.flatMap((column, index) => (overlap(column, segment) > 0 ? [index] : []));
		const from = over[0] ?? nearest(columns, segment);
		if (over.length > 1) spans.push({ from, to: over.at(-1) ?? from, text: segment.text });
		cells[from] = cells[from] ? `${cells[from]} ${segment.text}` : segment.text;
	}
	return { line, cells, spans };
}

function nearest(columns: Column[], segment: Segment): number {
	const distances = columns.map(({ x, right }) => Math.min(Math.abs(x - segment.right), Math.abs(right - segment.x)));
	return Math.max(0, distances.indexOf(Math.min(...distances)));
}
