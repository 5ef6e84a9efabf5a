import { DASH, filledCells, isFigure, isPeriod } from "./pdf-cells.ts";
import type { TableLine } from "./pdf-tables.ts";

const MOST_HEAD_ROWS = 4;
/** A longer name would be repeated in each row at the cost of more tokens than the row has. */
const LONGEST_NAME = 60;

/** How many of the first rows name the columns: they hold no figures where the rows below do, or alone are bold. */
export function headRows(rows: TableLine[]): number {
	const figures = rows[0]?.cells.map((_, index) => {
		const below = rows.slice(1).map((row) => row.cells[index] ?? "");
		const filled = below.filter((cell) => cell !== "" && !DASH.test(cell));
		return filled.length > 0 && filled.filter((cell) => isFigure(cell)).length >= 0.5 * filled.length;
	});
	if (!figures) return 0;
	const bodyIsBold = rows.filter((row) => row.line.bold).length > rows.length / 2;
	let count = 0;
	for (const row of rows.slice(0, Math.min(MOST_HEAD_ROWS, rows.length - 1))) {
		const overFigures = row.cells.some((cell, index) => cell !== "" && figures[index] && !isFigure(cell));
		const hasFigure = row.cells.some((cell, index) => isFigure(cell) && figures[index] && !isPeriod(cell));
		const years = row.cells.filter(isPeriod).length > 0 && !row.cells.some((cell) => isFigure(cell) && !isPeriod(cell));
		const bold = row.line.bold && !bodyIsBold && filledCells(row) >= 2;
		// A section's name in the first column alone belongs to the rows after it.
		const sectionName = filledCells(row) === 1 && row.cells[0] !== "" && (count > 0 || /:$/.test(row.cells[0] ?? ""));
		if (hasFigure || sectionName || !(overFigures || years || bold || row.spans.length > 0)) break;
		count++;
	}
	return count;
}

/** A column's name from the head rows above it; what stands across columns names each of them. */
export function columnNames(rows: TableLine[], columns: number): string[] {
	return Array.from({ length: columns }, (_, column) =>
		rows
			.map(({ cells, spans }) => {
				const span = spans.find(({ from, to }) => column >= from && column <= to);
				// What stands across most columns names the table, not its columns.
				if (span && span.to - span.from + 1 > 0.6 * columns && columns > 2) return "";
				return span?.text ?? cells[column] ?? "";
			})
			.filter((name, index, names) => name !== "" && names[index - 1] !== name)
			.join(" ")
			.slice(0, LONGEST_NAME)
			.replace(/:$/, "")
			.trim(),
	);
}
