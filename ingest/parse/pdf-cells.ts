import type { TableLine } from "./pdf-tables.ts";

/** In a column of figures: none. */
export const DASH = /^[–—−-]+$/;

export function filledCells({ cells }: TableLine): number {
	return cells.filter((cell) => cell !== "").length;
}

export function isFigure(cell: string): boolean {
	if (!/\d/.test(cell)) return DASH.test(cell);
	const letters = cell.match(/\p{L}/gu)?.length ?? 0;
	const digits = cell.match(/\d/g)?.length ?? 0;
	return letters <= 1 || digits >= letters;
}

/** Years, dates and quarters: figures by their look, and yet what columns are called. */
export function isPeriod(cell: string): boolean {
	const rest = cell.replace(/\b(?:19|20)\d\d\b/g, "").replace(/\b[QHPS][1-4]\b/gi, "");
	return rest !== cell && !/\d{3}|[$€£%]/.test(rest);
}
