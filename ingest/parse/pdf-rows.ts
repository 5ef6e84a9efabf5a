import { filledCells, isFigure, isPeriod } from "./pdf-cells.ts";
import { columnNames, headRows } from "./pdf-heads.ts";
import type { Box } from "./pdf-page.ts";
import type { Table, TableLine } from "./pdf-tables.ts";

/** A table as text, a line for each row: "Head: cell; Head: cell", or "cell | cell" where it shows no column heads. */
export function tableText(table: Table, rules: Box[]): string {
	const rows = joinedLines(table, rules);
	const heads = headRows(rows);
	const names = heads === 0 ? [] : columnNames(rows.slice(0, heads), table.columns.length);
	const body = rows.slice(heads).map((row) => rowText(row.cells, names));
	// The heads stand by themselves too: what is asked for may be one of them.
	const head = heads === 0 ? [] : rows.slice(0, heads).map((row) => rowText(row.cells, []));
	return [...head, ...body].filter((text) => text !== "").join("\n");
}

function rowText(cells: string[], names: string[]): string {
	const filled = cells.flatMap((cell, index) => (cell === "" ? [] : [{ cell, name: names[index] ?? "" }]));
	if (names.length === 0 || filled.length < 2) return filled.map(({ cell }) => cell).join(" | ");
	return filled.map(({ cell, name }) => (name === "" ? cell : `${name}: ${cell}`)).join("; ");
}

/** Puts the lines of cells that hold several of them together. */
function joinedLines({ rows: lines }: Table, rules: Box[]): TableLine[] {
	const ruled = isRuled(lines, rules);
	const tight = tightPitch(lines);
	const rows: TableLine[] = [];
	for (const line of lines) {
		const row = rows.at(-1);
		const joins =
			row && !conflicts(row, line) && (ruled ? !ruleBetween(row, line, rules) : continues(row, line, tight));
		if (row && joins) rows[rows.length - 1] = merged(row, line);
		else rows.push(line);
	}
	return rows;
}

/** Rows of their own: a section's name, and a line with a figure below what is already in its column. */
function conflicts(row: TableLine, { cells }: TableLine): boolean {
	if (filledCells(row) === 1 && /:$/.test(row.cells[0] ?? "")) return true;
	const alone = cells.filter((cell) => cell !== "").length === 1;
	return cells.some((cell, index) => {
		const above = row.cells[index] ?? "";
		return isFigure(cell) && !isPeriod(cell) && above !== "" && !(alone && index > 0 && !isFigure(above));
	});
}

function merged(row: TableLine, line: TableLine): TableLine {
	const cells = row.cells.map((cell, index) => joinCell(cell, line.cells[index] ?? ""));
	return { line: line.line, cells, spans: [...row.spans, ...line.spans] };
}

function joinCell(cell: string, rest: string): string {
	if (cell === "" || rest === "") return cell + rest;
	if (/\p{Ll}-$/u.test(cell) && /^\p{Ll}/u.test(rest)) return cell.slice(0, -1) + rest;
	return `${cell} ${rest}`;
}

/** True where rules divide the rows: no part between two rules holds more than one line with all its cells filled. */
function isRuled(lines: TableLine[], rules: Box[]): boolean {
	let parts = 1;
	let filledLines = 0;
	const most = Math.max(...lines.map(filledCells));
	for (const [index, line] of lines.entries()) {
		const previous = lines[index - 1];
		if (previous && ruleBetween(previous, line, rules)) {
			parts++;
			filledLines = 0;
		}
		if (filledCells(line) >= Math.max(2, most - 1)) filledLines++;
		if (filledLines > 1) return false;
	}
	return parts >= 3 && parts < lines.length;
}

function ruleBetween(above: TableLine, below: TableLine, rules: Box[]): boolean {
	const [top, bottom] = [above.line.y - 0.3 * above.line.size, below.line.y - 0.3 * below.line.size];
	return rules.some(({ top: y, bottom: end, left, right }) => {
		const shared = Math.min(right, below.line.right) - Math.max(left, below.line.x);
		return end - y <= 3 && y > top && y < bottom && shared > 0.4 * (below.line.right - below.line.x);
	});
}

/** The distance of the lines within a cell where it is clearly less than that of rows; else 0. */
function tightPitch(lines: TableLine[]): number {
	const pitches = lines.slice(1).map((line, index) => line.line.y - (lines[index]?.line.y ?? 0));
	const least = Math.min(...pitches);
	const tight = pitches.filter((pitch) => pitch <= 1.15 * least).length;
	const wide = pitches.filter((pitch) => pitch >= 1.35 * least).length;
	return tight + wide >= 0.85 * pitches.length && Math.min(tight, wide) >= 0.25 * pitches.length ? 1.15 * least : 0;
}

function continues(row: TableLine, { line, cells }: TableLine, tight: number): boolean {
	const pitch = line.y - row.line.y;
	const filled = cells.flatMap((cell, index) => (cell === "" ? [] : [index]));
	const [first, ...others] = filled;
	if (first === undefined || pitch > 1.6 * line.size) return false;
	if (
		filled.length >= 2 &&
		filledCells(row) >= 2 &&
		cells.every((cell, index) => !isFigure(cell) || isFigure(row.cells[index] ?? ""))
	) {
		if (cells.some(isFigure)) return false;
	}
	if (tight > 0) return pitch <= tight && !(cells.some(isFigure) && row.cells.some(isFigure));
	if (cells.some(isFigure) && !(first > 0 && filled.length === 1)) {
		// A long name that began on the line above its figures.
		return filledCells(row) === 1 && row.cells[0] !== "" && first === 0 && /^\p{Ll}/u.test(cells[0] ?? "");
	}
	if (first > 0) return filled.every((index) => row.cells[index] !== "") || filled.length === 1;
	return others.length === 0
		? /^[\p{Ll}(]/u.test(cells[0] ?? "")
		: cells.every((cell) => cell === "" || /^\p{Ll}/u.test(cell));
}
