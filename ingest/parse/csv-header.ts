/** Rows below the first that are looked at, and the fewest that say anything. */
export const HEADER_SAMPLE = 20;
const FEWEST = 2;

/**
 * False where the first row of a table is clearly data: in some column its cell is a number, date or the like as in
 * all the rows below, and no column has a name above such values. A row of years or of consecutive numbers is a header
 * (2019, 2020, 2021). When in doubt it is one: a header taken for data costs every row its names.
 */
export function isHeader(first: string[], below: string[][]): boolean {
	const sample = below.slice(0, HEADER_SAMPLE).filter((row) => row.some((cell) => cell.trim() !== ""));
	if (sample.length < FEWEST || isSeries(first)) return true;
	let asBelow = 0;
	for (const [column, cell] of first.entries()) {
		const own = typeOf(cell);
		const types = new Set(sample.map((row) => typeOf(row[column] ?? "")).filter((type) => type !== "empty"));
		const [type] = types;
		if (types.size !== 1 || type === undefined || type === "text") continue;
		if (own === type) asBelow++;
		else if (own === "text") return true;
	}
	return asBelow === 0;
}

function isSeries(row: string[]): boolean {
	const numbers = row.filter((cell) => /^\s*\d+\s*$/.test(cell)).map(Number);
	if (numbers.length > 0 && numbers.every((number) => number >= 1900 && number <= 2100)) return true;
	return numbers.length > 1 && numbers.every((number, i) => i === 0 || number === (numbers[i - 1] ?? 0) + 1);
}

const TYPES: [name: string, pattern: RegExp][] = [
	["empty", /^$/],
	["integer", /^[-+]?(\d+|\d{1,3}([,.' ]\d{3})+)$/],
	["decimal", /^[-+]?[$€£¥]?\d[\d,.' ]*([eE][-+]?\d+)?\s?[%€]?$/],
	["date", /^(\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4})([T ]\d{1,2}:\d{2}.{0,12})?$/],
	["boolean", /^(true|false)$/i],
	["address", /^([\w.+-]+@[\w-]+\.[\w.-]+|https?:\/\/\S+)$/],
];

function typeOf(cell: string): string {
	const value = cell.trim();
	return TYPES.find(([, pattern]) => pattern.test(value))?.[0] ?? "text";
}
