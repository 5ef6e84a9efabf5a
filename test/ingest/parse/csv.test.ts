import { readFile } from "node:fs/promises";
import fc from "fast-check";
import Papa from "papaparse";
import { describe, expect, test } from "vitest";
import { parse } from "../../../ingest/parse/parse.ts";
import { collect, read, stored } from "./read.ts";

describe("a CSV file", () => {
	test("gives every row as a block with its number", async () => {
		const csv = await readFile(new URL("../../../fixtures/demo/sp500-constituents.csv", import.meta.url), "utf8");
		const { blocks, facts } = await read("sp500.csv", csv);
		const rows = Papa.parse<string[]>(csv.trim()).data.slice(1);
		expect(facts.rows).toBe(rows.length);
		expect(blocks.map((block) => block.location)).toEqual(rows.map((_, i) => ({ row_start: i + 1, row_end: i + 1 })));
		for (const [i, [symbol, name]] of rows.entries()) {
			expect(blocks[i]?.text.startsWith(`Symbol: ${symbol}; Security: ${name}; `)).toBe(true);
		}
	});

	test("says each value beside its column, whatever is quoted in it", async () => {
		const cell = fc
			.string({ unit: fc.constantFrom("a", "7", ",", ";", '"', " ", "é", "|", "\t") })
			.map((s) => s.trim());
		await fc.assert(
			fc.asyncProperty(fc.array(fc.tuple(cell, cell, cell), { minLength: 1, maxLength: 20 }), async (rows) => {
				const { blocks, facts } = await read(
					"t.csv",
					Papa.unparse([["x", "y", "z"], ...rows.map((row) => ["k", ...row].slice(0, 3))]),
				);
				expect(facts.rows).toBe(rows.length);
				expect(blocks.map((block) => block.text)).toEqual(
					rows.map(([a, b]) => ["x: k", a && `y: ${a}`, b && `z: ${b}`].filter(Boolean).join("; ")),
				);
			}),
		);
	});

	test.each([
		["a comma", "name,age\nAnn,7\n"],
		["a semicolon", "name;age\nAnn;7\n"],
		["a tab", "name\tage\nAnn\t7\n"],
		["a pipe", "name|age\nAnn|7\n"],
		["what Excel states", "sep=^\nname^age\nAnn^7\n"],
		["CRLF line ends", "name,age\r\nAnn,7\r\n"],
		["CR line ends", "name,age\rAnn,7\r"],
		["a BOM", "\uFEFFname,age\nAnn,7\n"],
		["no final line end", "name,age\nAnn,7"],
		["blank lines", "\n\nname,age\n\nAnn,7\n\n"],
	])("is read with %s", async (_what, content) => {
		const { text, facts } = await read("t.csv", content);
		expect(text).toBe("name: Ann; age: 7\n");
		expect(facts).toEqual({ columns: ["name", "age"], rows: 1, warnings: [] });
	});

	test("a .tsv file is divided by tabs even where commas are more regular", async () => {
		const { text } = await read("t.tsv", "a,b\tc\n1,2\t3\n");
		expect(text).toBe("a,b: 1,2; c: 3\n");
	});

	test("leaves empty values out, and joins the lines inside a value", async () => {
		const { blocks } = await read("t.csv", 'a,b,c\n1,,"two\nlines"\n');
		expect(blocks[0]?.text).toBe("a: 1; c: two lines");
	});

	test("counts a row without any value, and yields no block for it", async () => {
		const { blocks, facts } = await read("t.csv", "a,b\n1,2\n,\n3,4\n");
		expect(blocks.map((block) => block.location.row_start)).toEqual([1, 3]);
		expect(facts.rows).toBe(3);
	});

	test("keeps ragged rows and names them", async () => {
		const { blocks, facts } = await read("t.csv", "a,b,c\n1,2\n1,2,3,4\n");
		expect(blocks.map((block) => block.text)).toEqual(["a: 1; b: 2", "a: 1; b: 2; c: 3; column 4: 4"]);
		expect(facts.warnings).toEqual(["row 1 has 2 fields, expected 3", "row 2 has 4 fields, expected 3"]);
	});

	test("keeps the list of warnings short", async () => {
		const { facts } = await read("t.csv", `a,b\n${"1\n".repeat(500)}`);
		expect(facts.warnings).toHaveLength(21);
		expect(facts.warnings.at(-1)).toBe("and 480 more warnings like these");
	});

	test("gives blank and repeated columns names of their own", async () => {
		const { facts } = await read("t.csv", "total,,total,total (2)\n1,2,3,4\n");
		expect(facts.columns).toEqual(["total", "column 2", "total (2)", "total (2) (2)"]);
	});

	test("with a header and nothing else says what its columns are", async () => {
		const { text, facts } = await read("t.csv", "name,age\n");
		expect(text).toBe("Columns: name, age");
		expect(facts.rows).toBe(0);
	});

	test.each([
		['a,b\n1,2\n3,"4\n5,6\n7,8\n', "row 2 (line 3)"],
		['a,b\n"x\ny",2\n3,"4\n', "row 2 (line 4)"],
		['a,"b\n1,2\n', "the header row (line 1)"],
		[`a,b\n1,2\n"x,y\n${"1,2\n".repeat(2_000_000)}`, "row 2 (line 3)"],
	])("whose quote is never closed is refused, naming the place (%#)", async (content, place) => {
		await expect(read("t.csv", content)).rejects.toMatchObject({
			code: "invalid_file",
			message: expect.stringContaining(`a quote opened in ${place} is never closed`),
		});
	});

	test("with a stray quote is read with a warning", async () => {
		const { blocks, facts } = await read("t.csv", 'a,b\n"12" screen",x\n3,4\n');
		expect(blocks).toHaveLength(2);
		expect(facts.warnings).toEqual(["row 1 (line 2) has a quote inside a quoted field that is not doubled"]);
	});

	test("gives a very long row as several blocks with its number", async () => {
		const long = "Some words in a cell. ".repeat(5000).trim();
		const { blocks, text } = await read("t.csv", `a,b\n1,${long}\n2,x\n`);
		expect(text).toBe(`a: 1; b: ${long}\na: 2; b: x\n`);
		expect(blocks.map((block) => block.location.row_start)).toEqual([1, 1, 1, 1, 2]);
	});

	test("numbers rows rightly across chunks, with quoted line ends", async () => {
		const rows = Array.from({ length: 30_000 }, (_, i) => `${i + 1},"line one\nline two of ${i + 1}"`);
		const { blocks } = await read("t.csv", `n,text\n${rows.join("\n")}\n`);
		expect(blocks).toHaveLength(30_000);
		expect(
			blocks.every(
				(block) =>
					block.text === `n: ${block.location.row_start}; text: line one line two of ${block.location.row_start}`,
			),
		).toBe(true);
	});

	test.each([
		["Ann,7\nBob,8\nCy,9\n", false],
		["2024-01-05,12.5,x\n2024-01-06,13.1,y\n2024-01-07,9.9,z\n", false],
		["ann@x.org,yes\nbob@x.org,no\ncy@x.org,no\n", false],
		["name,age\nAnn,7\nBob,8\n", true],
		["name,city\nAnn,Rome\nBob,Oslo\n", true],
		["country,2019,2020\nItaly,5,6\nNorway,7,8\n", true],
		["id,1,2,3\na,5,5,5\nb,6,6,6\n", true],
		["Ann,7\nBob,8\n", true],
		["1,2\n3,4\n", true],
		["Total,100\nname,x\nAnn,7\n", true],
	])("%j has a header: %s", async (csv, header) => {
		const { facts, blocks } = await read("t.csv", csv);
		const lines = csv.trim().split("\n").length;
		expect(facts.rows).toBe(header ? lines - 1 : lines);
		expect(blocks[0]?.text.startsWith("column 1: ")).toBe(!header);
		expect(facts.warnings).toHaveLength(header ? 0 : 1);
	});

	test("is read as the user says it is", async () => {
		const source = await stored("t.csv", "a,b;c\n1,2;3\n");
		const { text, facts } = await collect(parse({ ...source, csv: { delimiter: ";", header: false } }));
		expect(text).toBe("column 1: a,b; column 2: c\ncolumn 1: 1,2; column 2: 3\n");
		expect(facts).toEqual({ columns: ["column 1", "column 2"], rows: 2, warnings: [] });
	});
});
