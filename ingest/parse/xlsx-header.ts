import { isHeader } from "./csv-header.ts";
import { columnNames } from "./csv-row.ts";
import type { Merge } from "./xlsx-merges.ts";
import type { SheetRow } from "./xlsx-sheet.ts";

/** Rows that are read before the header is decided on. */
export const LEAD = 30;
const MOST_TITLES = 10;
const DEEPEST = 5;

/** How a sheet begins: lines above the table, its columns, and the row that counts as 0, below which the data begins. */
export type Lead = { titles: SheetRow[]; columns: string[]; header: number; rows: SheetRow[] };

/**
 * Finds the header in a sheet's first rows: the first row, or the first with more than one value where only titles
 * stand above. Merged cells make it as deep as they reach, and one row deeper where names stand below a merged one
 * ("Sales Q1", "Sales Q2"). Where the first row is data the columns have no names, and rows keep the sheet's numbers.
 */
export function leadOf(rows: SheetRow[], merges: Merge[]): Lead {
	const wide = rows.findIndex((row) => row.cells.filter((cell) => cell !== "").length > 1);
	const first = wide > 0 && wide <= MOST_TITLES ? wide : 0;
	const titles = rows.slice(0, first);
	const top = rows[first];
	if (top === undefined) return { titles, columns: [], header: 0, rows: [] };
	const below = rows.slice(first + 1);
	const bottom = bottomOf(top.number, below[0], merges);
	const header = [top, ...below.filter((row) => row.number <= bottom)];
	const data = rows.slice(first + header.length);
	const cells = data.map((row) => row.cells);
	if (header.length === 1 && !isHeader(top.cells, cells)) {
		const width = rows.reduce((most, row) => Math.max(most, row.cells.length), 0);
		return { titles, columns: columnNames(Array(width).fill("")), header: 0, rows: [top, ...data] };
	}
	const names: string[] = [];
	for (const row of header) {
		for (const [column, name] of spread(row, merges).entries()) {
			names[column] = [names[column], name].filter(Boolean).join(" ");
		}
	}
	return { titles, columns: columnNames([...names].map((name) => name ?? "")), header: bottom, rows: data };
}

/** The last row of a header that begins in row `top`. */
function bottomOf(top: number, next: SheetRow | undefined, merges: Merge[]): number {
	const own = merges.filter((merge) => merge.top === top);
	const deepest = own.reduce((deep, { bottom }) => Math.max(deep, bottom), top);
	if (deepest > top) return Math.min(deepest, top + DEEPEST - 1);
	const isWide = own.some(({ left, right }) => right > left);
	const isNames = next?.number === top + 1 && next.cells.every((cell) => !/^[-+\d]/.test(cell));
	return isWide && isNames ? top + 1 : top;
}

/** A row of the header in which a name merged across columns counts for each of them. */
function spread(row: SheetRow, merges: Merge[]): string[] {
	const names = [...row.cells];
	for (const { top, left, right } of merges) {
		if (top !== row.number) continue;
		for (let column = left + 1; column <= Math.min(right, left + 1000); column++) names[column] ||= names[left] ?? "";
	}
	return Array.from(names, (name) => name ?? "");
}
