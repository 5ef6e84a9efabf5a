import Papa from "papaparse";
import type { DocumentFacts, Piece } from "../../src/types.ts";
import { batched } from "./batched.ts";
import { HEADER_SAMPLE, isHeader } from "./csv-header.ts";
import { columnNames, rowText } from "./csv-row.ts";
import { decode } from "./decode.ts";
import { invalidFile } from "./invalid-file.ts";
import type { Parser, Source } from "./parser.ts";
import { Warnings } from "./warnings.ts";

/**
 * Tables as CSV or TSV. The first row names the columns; every further row is a `row` block "Column: value; Column:
 * value" with its number (1 is the first data row), a line each. Where the first row is clearly data it is row 1, and
 * the columns are `column 1`, `column 2` …. Blank lines are no rows; a row without any value is counted and yields no
 * block. Rows that are longer or shorter than the first are kept and named in the warnings. `source.csv` overrides
 * what is detected.
 */
export const parseCsv: Parser = (source) => batched(read(source));

/** A row longer than this is taken for a quote that nobody closed: it would swallow the rest of the file. */
const LONGEST_ROW = 4 * 1024 * 1024;

const NO_HEADER =
	"the first row looks like data, so the columns are called column 1, column 2 …; add a row of names to have them named";

type Rows = { data: string[][]; errors: { code: string; row: number; message: string }[]; meta: { cursor: number } };

async function* read(source: Source): AsyncGenerator<Piece, DocumentFacts> {
	const { chunks, warnings } = await decode(source);
	try {
		return yield* table(source, chunks, new Warnings(warnings));
	} finally {
		await chunks.return(undefined);
	}
}

async function* table(
	source: Source,
	chunks: AsyncGenerator<string>,
	warnings: Warnings,
): AsyncGenerator<Piece, DocumentFacts> {
	let delimiter: string | undefined;
	let columns: string[] | undefined;
	let row = 0;
	let pending = "";
	let line = 1;

	for (let ended = false; !ended; ) {
		// What is pending grows by at least half before it is looked at again: a long row costs no quadratic time.
		const wanted = pending.length * 1.5;
		do {
			const next = await chunks.next();
			if (next.done) ended = true;
			else pending += next.value;
		} while (!ended && pending.length < wanted);
		if (delimiter === undefined) {
			// Excel's way to state the delimiter.
			const stated = /^sep=([^\n])\n/.exec(pending);
			delimiter = source.csv?.delimiter ?? stated?.[1] ?? detectDelimiter(source, pending);
			if (stated) pending = pending.slice(stated[0].length);
		}

		const rows = rowsOf(pending, delimiter, ended);
		const quotes = new Map(rows.errors.map((error) => [error.row, error.code]));
		for (const [index, fields] of rows.data.entries()) {
			const blank = fields.length === 1 && fields[0] === "";
			let header = false;
			if (!blank && columns === undefined) {
				if (quotes.get(index) === "MissingQuotes") throw unclosed(source, "the header row", line);
				const below = rows.data.slice(index + 1, index + 1 + HEADER_SAMPLE);
				header = source.csv?.header ?? isHeader(fields, below);
				columns = columnNames(header ? fields : fields.map(() => ""));
				if (!header && source.csv?.header === undefined) warnings.add(NO_HEADER);
			}
			if (!blank && !header && columns !== undefined) {
				row += 1;
				const quote = quotes.get(index);
				if (quote === "MissingQuotes") throw unclosed(source, `row ${row}`, line);
				if (quote) warnings.add(`row ${row} (line ${line}) has a quote inside a quoted field that is not doubled`);
				if (fields.length !== columns.length) {
					warnings.add(`row ${row} has ${fields.length} fields, expected ${columns.length}`);
				}
				const text = rowText(columns, fields);
				if (text !== "") {
					yield { kind: "row", text, location: { row_start: row, row_end: row } };
					yield { kind: "gap", text: "\n" };
				}
			}
			line += 1 + fields.reduce((sum, field) => sum + newlines(field), 0);
		}
		pending = pending.slice(rows.meta.cursor);
		if (pending.length > LONGEST_ROW) throw unclosed(source, row === 0 ? "the first row" : `row ${row + 1}`, line);
	}

	if (columns === undefined) throw invalidFile(source, "is empty: it holds no rows");
	if (row === 0)
		yield { kind: "paragraph", text: `Columns: ${columns.join(", ")}`, location: { row_start: 0, row_end: 0 } };
	return { columns, rows: row, warnings: warnings.list() };
}

/**
 * The complete rows at the start of `text`; `meta.cursor` is where they end. This is papaparse's row reader below its
 * streams: those neither report the errors of a row nor bound the row they wait for.
 */
function rowsOf(text: string, delimiter: string, ended: boolean): Rows {
	return new Papa.Parser({ delimiter, newline: "\n" }).parse(text, 0, !ended);
}

function detectDelimiter(source: Source, text: string): string {
	if (/\.tsv$|\.tab$/i.test(source.filename)) return "\t";
	const guess = Papa.parse<string[]>(text, {
		preview: 10,
		newline: "\n",
		skipEmptyLines: true,
		delimitersToGuess: [",", ";", "\t", "|"],
	});
	return guess.meta.delimiter;
}

function unclosed(source: Source, where: string, line: number) {
	return invalidFile(
		source,
		`is not valid CSV: a quote opened in ${where} (line ${line}) is never closed; close or remove it and upload again`,
	);
}

function newlines(field: string): number {
	let count = 0;
	for (let at = field.indexOf("\n"); at !== -1; at = field.indexOf("\n", at + 1)) count++;
	return count;
}
