import type { DocumentFacts, Location, Piece } from "../../src/types.ts";
import { batched } from "./batched.ts";
import { rowText } from "./csv-row.ts";
import { invalidFile } from "./invalid-file.ts";
import type { Parser, Source } from "./parser.ts";
import { Warnings } from "./warnings.ts";
import { LEAD, leadOf } from "./xlsx-header.ts";
import { MergedDown } from "./xlsx-merged-down.ts";
import { mergesOf } from "./xlsx-merges.ts";
import { type SheetRow, sheetRows, type Workbook } from "./xlsx-sheet.ts";
import { sharedStrings, TooMuchText } from "./xlsx-strings.ts";
import { cellFormats } from "./xlsx-styles.ts";
import { isOn, readXmlText, relationshipId } from "./xml.ts";
import { openZip, type Zip } from "./zip.ts";
import { mainPart, relationships, titleOf } from "./zip-package.ts";

/**
 * Workbooks (.xlsx, .xlsm), sheet by sheet as the tabs stand, hidden ones too. Each row is a `row` block as in CSV,
 * with its sheet and its number: as in CSV the header is row 0, so a row's number is the sheet's own less the
 * header's, with blank rows between counted (header in row 1: row 7 is Excel's row 8). Where the first row is data,
 * rows have the sheet's own numbers. Lines above a table are `paragraph`s. A cell merged over rows counts for each.
 * Formulas give the values stored with them. Rows stream through; only the shared strings are held.
 */
export const parseXlsx: Parser = (source) => batched(read(source));

type Sheet = { name: string; part: string };
type Found = { rows: number; columns: string[]; formulas: number };

async function* read(source: Source): AsyncGenerator<Piece, DocumentFacts> {
	const zip = await openZip(source);
	try {
		const { sheets, ...workbook } = await openWorkbook(source, zip);
		const warnings = new Warnings();
		const title = await titleOf(zip);
		if (title !== undefined) source.onKnown?.({ title });
		const found: Found[] = [];
		for (const sheet of sheets) found.push(yield* sheetPieces(zip, sheet, workbook));
		const formulas = found.reduce((sum, sheet) => sum + sheet.formulas, 0);
		if (formulas > 0) {
			warnings.add(
				`no value is stored for ${formulas} ${formulas === 1 ? "formula" : "formulas"}; open the file in Excel, save it and upload it again`,
			);
		}
		const tables = found.filter(({ rows, columns }) => rows + columns.length > 0);
		const facts: DocumentFacts = { rows: tables.reduce((sum, { rows }) => sum + rows, 0), warnings: warnings.list() };
		// The columns of one table are no context for the rows of another.
		const [first] = tables;
		if (tables.length === 1 && first) facts.columns = first.columns;
		return title === undefined ? facts : { ...facts, title };
	} catch (error) {
		if (!(error instanceof TooMuchText)) throw error;
		throw invalidFile(source, "holds more than 128 million characters; save its sheets as CSV and upload those", error);
	} finally {
		zip.close();
	}
}

async function openWorkbook(source: Source, zip: Zip): Promise<Workbook & { sheets: Sheet[] }> {
	const main = (await mainPart(zip)) ?? "xl/workbook.xml";
	if (main.endsWith(".bin"))
		throw invalidFile(source, "is a binary workbook (.xlsb); save it as .xlsx and upload that");
	const text = await zip.text(main);
	if (text === undefined) throw invalidFile(source, "is no Excel workbook, or a damaged one; save it again as .xlsx");
	const parts = await relationships(zip, main);
	const sheets: Sheet[] = [];
	let date1904 = false;
	readXmlText(text, {
		open(name, attributes) {
			if (name === "workbookPr" && attributes.date1904 !== undefined) date1904 = isOn(attributes.date1904);
			if (name !== "sheet") return;
			const part = parts.find(({ id }) => id === relationshipId(attributes));
			// A chart that fills a sheet is of another type and holds no rows.
			if (part?.type === "worksheet") sheets.push({ name: attributes.name ?? "", part: part.target });
		},
	});
	const partOf = (type: string) => parts.find((part) => part.type === type)?.target ?? "";
	return {
		sheets,
		date1904,
		strings: await sharedStrings(zip, partOf("sharedStrings")),
		formats: cellFormats((await zip.text(partOf("styles"))) ?? ""),
	};
}

async function* sheetPieces(zip: Zip, { name, part }: Sheet, workbook: Workbook): AsyncGenerator<Piece, Found> {
	const merges = await mergesOf(zip, part);
	const down = new MergedDown(merges);
	let formulas = 0;
	const rows = sheetRows(zip, part, workbook, () => formulas++);
	try {
		const first: SheetRow[] = [];
		while (first.length < LEAD) {
			const next = await rows.next();
			if (next.done) break;
			first.push(next.value);
		}
		const lead = leadOf(first, merges);
		for (const { cells } of lead.titles) {
			yield { kind: "paragraph", text: cells.filter(Boolean).join(" "), location: { sheet: name } };
			yield { kind: "gap", text: "\n\n" };
		}
		let count = 0;
		const at = (row: number): Location => ({ sheet: name, row_start: row, row_end: row });
		const piece = (row: SheetRow): Piece => {
			count++;
			return { kind: "row", text: rowText(lead.columns, down.fill(row)), location: at(row.number - lead.header) };
		};
		for (const row of lead.rows) yield* [piece(row), { kind: "gap", text: "\n" } satisfies Piece];
		for await (const row of rows) yield* [piece(row), { kind: "gap", text: "\n" } satisfies Piece];
		if (count === 0 && lead.columns.length > 0) {
			yield { kind: "paragraph", text: `Columns: ${lead.columns.join(", ")}`, location: at(0) };
			yield { kind: "gap", text: "\n" };
		}
		if (lead.columns.length > 0) yield { kind: "gap", text: "\n" };
		return { rows: count, columns: lead.columns, formulas };
	} finally {
		await rows.return(undefined);
	}
}
