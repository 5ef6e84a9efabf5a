import { readFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { openZip } from "../../../ingest/parse/zip.ts";
import { type Block, read, stored } from "./read.ts";
import { rels, zipped } from "./zipped.ts";

const brief = ({ text, location }: Block) => [location.sheet, location.row_start, text];

/** A workbook of one sheet with this XML between `<worksheet>` and its end. */
function workbook(sheet: string, more: Record<string, string> = {}): Buffer {
	return zipped({
		"_rels/.rels": rels([["officeDocument", "xl/workbook.xml"]]),
		"xl/workbook.xml": '<workbook><sheets><sheet name="One" sheetId="7" r:id="rId1"/></sheets></workbook>',
		"xl/_rels/workbook.xml.rels": rels([
			["worksheet", "worksheets/sheet1.xml"],
			["sharedStrings", "/xl/sharedStrings.xml"],
			["styles", "styles.xml"],
		]),
		"xl/worksheets/sheet1.xml": `<worksheet>${sheet}</worksheet>`,
		...more,
	});
}

/** Rows of inline strings and, where they are numbers, of numbers; `null` is no cell. */
function rows(values: (string | number | null)[][]): string {
	const cell = (value: string | number | null, row: number, column: number) => {
		const ref = `r="${String.fromCharCode(65 + column)}${row + 1}"`;
		if (value === null) return "";
		if (typeof value === "number") return `<c ${ref}><v>${value}</v></c>`;
		return `<c ${ref} t="inlineStr"><is><t>${value}</t></is></c>`;
	};
	const row = (cells: (string | number | null)[], i: number) =>
		`<row r="${i + 1}">${cells.map((value, column) => cell(value, i, column)).join("")}</row>`;
	return `<sheetData>${values.map(row).join("")}</sheetData>`;
}

describe("an XLSX file", () => {
	test("gives every sheet's rows as shown, with titles, merged cells, dates and hidden sheets", async () => {
		const file = await readFile(new URL("../../../fixtures/parse/merged-dates.xlsx", import.meta.url));
		const { blocks, facts } = await read("report.xlsx", file);
		expect(blocks.map(brief)).toEqual([
			["Sales", undefined, "Annual report"],
			["Sales", 1, "Region: North; Date: 2024-02-29; Sales Q1: 0.3; Sales Q2: 25%; Done: TRUE"],
			["Sales", 2, "Region: North; Date: 2024-03-01T14:30:00; Sales Q1: 1234567"],
			["Sales", 5, "Region: Süd; Sales Q1: 00123; Sales Q2: 30:00:00"],
			["Hidden one", 1, "name: Ann; age: 7"],
		]);
		expect(blocks.map(({ kind }) => kind)).toEqual(["paragraph", "row", "row", "row", "row"]);
		expect(facts).toMatchObject({ rows: 4, warnings: [expect.stringContaining("no value is stored for 1 formula;")] });
		expect(facts.columns).toBeUndefined();
	});

	test("counts rows from the header, whatever row that is, and blank rows too", async () => {
		const { blocks, facts } = await read("a.xlsx", workbook(rows([[], ["name", "age"], [], ["Ann", 7]])));
		expect(blocks.map(brief)).toEqual([["One", 2, "name: Ann; age: 7"]]);
		expect(facts).toEqual({ columns: ["name", "age"], rows: 1, warnings: [] });
	});

	test("without a header keeps the sheet's own row numbers", async () => {
		const { blocks } = await read(
			"a.xlsx",
			workbook(
				rows([
					["Ann", 7],
					["Bob", 8],
					["Cy", 9],
				]),
			),
		);
		expect(blocks.map(brief)).toEqual([
			["One", 1, "column 1: Ann; column 2: 7"],
			["One", 2, "column 1: Bob; column 2: 8"],
			["One", 3, "column 1: Cy; column 2: 9"],
		]);
	});

	test("with a header and nothing else says what its columns are", async () => {
		const { blocks } = await read("a.xlsx", workbook(rows([["name", "age"]])));
		expect(blocks.map(brief)).toEqual([["One", 0, "Columns: name, age"]]);
	});

	test("reads shared strings with their runs, without the readings of Japanese words", async () => {
		const strings =
			"<sst><si><t>word</t></si><si><r><t>two </t></r><r><t>runs_x000D_ &amp; more</t></r></si><si><t>東京</t><rPh sb='0' eb='2'><t>トウキョウ</t></rPh></si></sst>";
		const sheet =
			'<sheetData><row><c t="s"><v>0</v></c><c t="s"><v>1</v></c></row><row><c t="s"><v>2</v></c><c t="b"><v>0</v></c><c t="e"><v>#N/A</v></c><c t="str"><f>A1</f><v>x</v></c></row></sheetData>';
		const { blocks } = await read("a.xlsx", workbook(sheet, { "xl/sharedStrings.xml": strings }));
		expect(blocks.map(brief)).toEqual([["One", 1, "word: 東京; two runs & more: FALSE; column 3: #N/A; column 4: x"]]);
	});

	test.each([
		["General", "45351.5", "45351.5"],
		["yyyy\\-mm\\-dd", "45351", "2024-02-29"],
		["[$-409]d mmm yyyy;@", "45351", "2024-02-29"],
		["m/d/yy h:mm", "45351.604166666664", "2024-02-29T14:30:00"],
		["h:mm AM/PM", "0.25", "06:00:00"],
		["[h]:mm", "1.25", "30:00:00"],
		["dd.mm.yyyy", "1", "1900-01-01"],
		["dd.mm.yyyy", "61", "1900-03-01"],
		["0.0%", "0.071", "7.1%"],
		["00000", "1234", "01234"],
		['"Day "0', "3", "3"],
		["[Red]#,##0.00", "1234.5", "1234.5"],
		["General", "0.30000000000000004", "0.3"],
		["General", "12345678901234567890", "12345678901234567890"],
	])("a number in the format %s: %s is %s", async (code, raw, shown) => {
		const styles = `<styleSheet><numFmts><numFmt numFmtId="164" formatCode="${code.replaceAll('"', "&quot;")}"/></numFmts><cellStyleXfs><xf numFmtId="9"/></cellStyleXfs><cellXfs><xf numFmtId="0"/><xf numFmtId="164"/></cellXfs></styleSheet>`;
		const sheet = `<sheetData><row><c t="str"><v>x</v></c></row><row><c s="1"><v>${raw}</v></c></row></sheetData>`;
		const { blocks } = await read("a.xlsx", workbook(sheet, { "xl/styles.xml": styles }));
		expect(blocks[0]?.text).toBe(`x: ${shown}`);
	});

	test("is known by its parts whatever it is called", async () => {
		const { facts } = await read(
			"upload.bin",
			workbook(
				rows([
					["name", "age"],
					["Ann", 7],
				]),
			),
		);
		expect(facts.columns).toEqual(["name", "age"]);
	});

	test("streams many rows and finds each by its number", async () => {
		const values = Array.from({ length: 20_000 }, (_, i) => [i + 1, `name ${i + 1}`]);
		const { blocks } = await read("a.xlsx", workbook(rows([["n", "name"], ...values])));
		expect(blocks).toHaveLength(20_000);
		expect(blocks.every(({ text, location: { row_start: n } }) => text === `n: ${n}; name: name ${n}`)).toBe(true);
	});
});

describe("a file that cannot be read as XLSX", () => {
	const ole = (stream: string) => {
		const bytes = Buffer.alloc(4096);
		Buffer.from([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]).copy(bytes);
		bytes.writeUInt16LE(9, 30);
		bytes.writeUInt32LE(1, 48);
		for (const [i, name] of ["Root Entry", stream].entries()) {
			bytes.write(name, 1024 + i * 128, "utf16le");
			bytes.writeUInt16LE(name.length * 2 + 2, 1024 + i * 128 + 64);
		}
		return bytes;
	};
	test.each([
		["old.xls", ole("Workbook"), "unsupported_file", "save it as .xlsx"],
		["old.doc", ole("WordDocument"), "unsupported_file", "save it as .docx"],
		["old.ppt", ole("PowerPoint Document"), "unsupported_file", "save it as .pptx"],
		["mail.msg", ole("__properties_version1.0"), "unsupported_file", "save it as .eml"],
		["other.xlsx", ole("Something"), "unsupported_file", "save it as .xlsx, .docx or .pptx"],
		["locked.xlsx", ole("EncryptedPackage"), "invalid_file", "protected by a password"],
		["cut.xlsx", workbook(rows([["a"]])).subarray(0, 300), "invalid_file", "is damaged"],
		["other.xlsx", zipped({ "a.txt": "words" }), "invalid_file", "is no Excel workbook"],
		["words.xlsx", Buffer.from("just words"), "invalid_file", "is damaged"],
		["empty.xlsx", workbook(rows([])), "invalid_file", "holds no text"],
	])("%s is refused in words (%#)", async (name, bytes, code, message) => {
		await expect(read(name, bytes)).rejects.toMatchObject({ code, message: expect.stringContaining(message) });
	});

	test("one flipped bit in what it says is noticed", async () => {
		const bytes = zipped({ mimetype: "as it is" });
		bytes[bytes.indexOf("as it is")] = 98;
		const zip = await openZip(await stored("a.zip", bytes));
		await expect(zip.text("mimetype")).rejects.toMatchObject({
			code: "invalid_file",
			message: expect.stringContaining("checksum"),
		});
		zip.close();
	});

	test("a ZIP bomb is refused before it is unpacked", async () => {
		const bomb = `<sheetData>${" ".repeat(40_000_000)}</sheetData>`;
		await expect(read("bomb.xlsx", workbook(bomb))).rejects.toMatchObject({
			code: "invalid_file",
			message: expect.stringContaining("ZIP bombs"),
		});
	});

	test("a ZIP bomb that understates its size is refused", async () => {
		const parts = {
			"_rels/.rels": rels([["officeDocument", "xl/workbook.xml"]]),
			"xl/workbook.xml": `<workbook>${" ".repeat(40_000_000)}</workbook>`,
		};
		await expect(read("bomb.xlsx", zipped(parts, { "xl/workbook.xml": 1000 }))).rejects.toMatchObject({
			code: "invalid_file",
			message: expect.stringContaining("too many bytes"),
		});
	});
});
