/** Prints rows as an aligned Markdown table, so that what is printed can be put into a document as it is. */
export function printTable(head: string[], rows: string[][]): void {
	const widths = head.map((cell, column) => Math.max(cell.length, ...rows.map((row) => row[column]?.length ?? 0)));
	const line = (cells: string[]) => `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(" | ")} |`;
	console.log(line(head));
	console.log(line(widths.map((width) => "-".repeat(width))));
	for (const row of rows) console.log(line(row));
}

/** The value below which `share` of the values lie. */
export function quantile(values: number[], share: number): number {
	const sorted = values.toSorted((a, b) => a - b);
	return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}
