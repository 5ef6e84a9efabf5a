let tables = 0;

/** A CSV of so many rows that no other table of this file's tests has; all say "heron". */
export function heronTable(rows: number): string {
	tables++;
	return `bird,seen\n${Array.from({ length: rows }, (_, i) => `heron ${i + 1},${tables}x${i}`).join("\n")}\n`;
}
