import type { Line } from "./pdf-lines.ts";

export type Column = { x: number; right: number };

/** Columns grow from the lines with most cells; what overlaps two of them stands across. */
export function columnsOf(lines: Line[]): Column[] {
	let columns: Column[] = [];
	const most = Math.max(...lines.map((line) => line.segments.length));
	const bySegments = lines
		.filter((line) => line.segments.length >= 2)
		.toSorted((a, b) => b.segments.length - a.segments.length);
	for (const { segments } of bySegments) {
		for (const segment of segments) {
			const over = columns.filter((column) => overlap(column, segment) > 0);
			const [only] = over;
			if (!only) {
				columns.push({ x: segment.x, right: segment.right });
			} else if (over.length === 1) {
				only.x = Math.min(only.x, segment.x);
				only.right = Math.max(only.right, segment.right);
			}
		}
		columns = columns.toSorted((a, b) => a.x - b.x);
	}
	return columns.length > 3 * most ? [] : withoutHalves(columns, bySegments);
}

/** A short head beside, not above, its short cells makes two columns of one: no line fills both, and they are close. */
function withoutHalves(columns: Column[], lines: Line[]): Column[] {
	const merged: Column[] = [];
	for (const column of columns) {
		const left = merged.at(-1);
		const size = lines[0]?.size ?? 0;
		const fills = ({ segments }: Line, one: Column) => segments.some((segment) => overlap(one, segment) > 0);
		if (left && column.x - left.right < 2 * size && !lines.some((line) => fills(line, left) && fills(line, column))) {
			left.right = column.right;
		} else {
			merged.push(column);
		}
	}
	return merged;
}

export function overlap(column: Column, { x, right }: Column): number {
	return Math.min(column.right, right) - Math.max(column.x, x);
}

/** True where most cells of most lines stand in columns of their own. */
export function aligned(lines: Line[], columns: Column[]): boolean {
	const good = lines.filter(({ segments }) => {
		const places = segments.map((segment) => columns.findIndex((column) => overlap(column, segment) > 0));
		return new Set(places).size >= Math.min(2, segments.length);
	});
	const used = columns.filter(
		(column) => lines.filter(({ segments }) => segments.some((segment) => overlap(column, segment) > 0)).length >= 2,
	);
	return good.length >= 0.6 * lines.length && used.length >= 2;
}
