import { readFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { type Block, read } from "./read.ts";
import { rels, zipped } from "./zipped.ts";

const brief = ({ kind, text, location }: Block) => [kind, text, ...(location.headings ?? [])];

function letter(body: string, more: Record<string, string> = {}): Buffer {
	return zipped({
		"_rels/.rels": rels([["officeDocument", "word/document.xml"]]),
		"word/document.xml": `<w:document><w:body>${body}</w:body></w:document>`,
		"word/_rels/document.xml.rels": rels([
			["styles", "styles.xml"],
			["numbering", "numbering.xml"],
			["footnotes", "footnotes.xml"],
			["endnotes", "endnotes.xml"],
		]),
		...more,
	});
}

const p = (text: string, properties = "") => `<w:p><w:pPr>${properties}</w:pPr><w:r><w:t>${text}</w:t></w:r></w:p>`;
const bold = (text: string) => `<w:p><w:r><w:rPr><w:b/></w:rPr><w:t>${text}</w:t></w:r></w:p>`;
const table = (cells: string[][], properties = "") =>
	`<w:tbl><w:tblPr>${properties}</w:tblPr>${cells.map((row) => `<w:tr>${row.map((cell) => `<w:tc>${cell}</w:tc>`).join("")}</w:tr>`).join("")}</w:tbl>`;
const texts = async (bytes: Buffer) => (await read("a.docx", bytes)).blocks.map(({ text }) => text);

describe("a DOCX file", () => {
	test("gives headings, lists and table rows under their headings", async () => {
		const file = await readFile(new URL("../../../fixtures/parse/python-docx.docx", import.meta.url));
		const { blocks, facts } = await read("a.docx", file);
		const path = ["The Title", "Introduction", "Details"];
		expect(blocks.map(brief)).toEqual([
			["heading", "The Title"],
			["heading", "Introduction", "The Title"],
			["paragraph", "Some words with a run.", "The Title", "Introduction"],
			["heading", "Details", "The Title", "Introduction"],
			["paragraph", "- one", ...path],
			["paragraph", "- two", ...path],
			["paragraph", "1. first", ...path],
			["paragraph", "2. second", ...path],
			["table", "Name: Ann; Age: 7; City: Berlin", ...path],
			["table", "Name: Bob; Age: 8; City: مدينة", ...path],
		]);
		expect(facts).toEqual({ title: "Doc title", warnings: [] });
	});

	test("knows headings by outline level and by the style they are based on, in any language", async () => {
		const styles =
			'<w:styles><w:style w:type="paragraph" w:styleId="berschrift1"><w:name w:val="heading 1"/></w:style><w:style w:type="paragraph" w:styleId="Mein"><w:name w:val="Mein Titel"/><w:basedOn w:val="berschrift1"/></w:style></w:styles>';
		const body =
			p("Eins", '<w:pStyle w:val="berschrift1"/>') +
			p("Zwei", '<w:outlineLvl w:val="1"/>') +
			p("Text") +
			p("Drei", '<w:pStyle w:val="Mein"/>');
		const { blocks } = await read("a.docx", letter(body, { "word/styles.xml": styles }));
		expect(blocks.map(brief)).toEqual([
			["heading", "Eins"],
			["heading", "Zwei", "Eins"],
			["paragraph", "Text", "Eins", "Zwei"],
			["heading", "Drei"],
		]);
	});

	test("says the numbers that Word would show", async () => {
		const level = (depth: number, format: string, pattern: string) =>
			`<w:lvl w:ilvl="${depth}"><w:start w:val="1"/><w:numFmt w:val="${format}"/><w:lvlText w:val="${pattern}"/></w:lvl>`;
		const numbering = `<w:numbering><w:abstractNum w:abstractNumId="0">${level(0, "decimal", "%1")}${level(1, "decimal", "%1.%2")}${level(2, "lowerLetter", "(%3)")}</w:abstractNum><w:num w:numId="5"><w:abstractNumId w:val="0"/></w:num></w:numbering>`;
		const at = (depth: number) => `<w:numPr><w:ilvl w:val="${depth}"/><w:numId w:val="5"/></w:numPr>`;
		const body = [
			p("Terms", `<w:outlineLvl w:val="0"/>${at(0)}`),
			p("Scope", at(1)),
			p("first", at(2)),
			p("second", at(2)),
			p("Price", at(1)),
			p("third", at(2)),
			p("Law", at(0)),
			p("none", '<w:numPr><w:numId w:val="0"/></w:numPr>'),
		].join("");
		expect(await texts(letter(body, { "word/numbering.xml": numbering }))).toEqual([
			"1 Terms",
			"1.1 Scope",
			"(a) first",
			"(b) second",
			"1.2 Price",
			"(a) third",
			"2 Law",
			"none",
		]);
	});

	test("puts a footnote behind the paragraph that refers to it", async () => {
		const notes =
			'<w:footnotes><w:footnote w:type="separator" w:id="-1"><w:p/></w:footnote><w:footnote w:id="2"><w:p><w:r><w:t>See page 9.</w:t></w:r></w:p></w:footnote></w:footnotes>';
		const body = `<w:p><w:r><w:t>Sales rose</w:t></w:r><w:r><w:footnoteReference w:id="2"/></w:r><w:r><w:t> much.</w:t></w:r></w:p>${p("Next.")}`;
		expect(await texts(letter(body, { "word/footnotes.xml": notes }))).toEqual([
			"Sales rose[1] much.",
			"[1] See page 9.",
			"Next.",
		]);
	});

	test("leaves deleted text, field codes and doubled text boxes out", async () => {
		const box = `<mc:AlternateContent><mc:Choice><w:txbxContent>${p("In a box")}</w:txbxContent></mc:Choice><mc:Fallback><w:txbxContent>${p("In a box")}</w:txbxContent></mc:Fallback></mc:AlternateContent>`;
		const body = `<w:p><w:del><w:r><w:delText>gone</w:delText></w:r></w:del><w:moveFrom><w:r><w:t>moved</w:t></w:r></w:moveFrom><w:ins><w:r><w:t>kept</w:t></w:r></w:ins><w:r><w:instrText>PAGE</w:instrText></w:r><w:r>${box}</w:r><w:r><w:tab/><w:t>on</w:t><w:br/><w:t>line two</w:t></w:r></w:p>`;
		expect(await texts(letter(body))).toEqual(["In a box", "kept on\nline two"]);
	});

	test.each<[string, string, string[]]>([
		[
			"a marked header",
			table([
				[p("A"), p("B")],
				[p("1"), p("2")],
			]).replace("<w:tr>", "<w:tr><w:trPr><w:tblHeader/></w:trPr>"),
			["A: 1; B: 2"],
		],
		[
			"a bold first row",
			table([
				[bold("A"), bold("B")],
				[p("1"), p("2")],
			]),
			["A: 1; B: 2"],
		],
		[
			"labels on the left",
			table(
				[
					[p("Author"), p("Ann")],
					[p("Year"), p("2024")],
				],
				'<w:tblLook w:firstRow="1"/>',
			),
			["Author | Ann", "Year | 2024"],
		],
		[
			"three styled columns",
			table(
				[
					[p("A"), p("B"), p("C")],
					[p("1"), p("2"), p("3")],
				],
				'<w:tblLook w:val="04A0"/>',
			),
			["A: 1; B: 2; C: 3"],
		],
		[
			"a cell over two rows",
			table([
				[bold("A"), bold("B")],
				[`<w:tcPr><w:vMerge w:val="restart"/></w:tcPr>${p("x")}`, p("1")],
				[`<w:tcPr><w:vMerge/></w:tcPr>${p("")}`, p("2")],
			]),
			["A: x; B: 1", "A: x; B: 2"],
		],
		[
			"a cell over two columns",
			table([
				[`<w:tcPr><w:gridSpan w:val="2"/></w:tcPr>${bold("A")}`, bold("B")],
				[p("1"), p("2"), p("3")],
			]),
			["A: 1; A (2): 2; B: 3"],
		],
		["a table in a cell", table([[p("out") + table([[p("in")]])]]), ["in", "out"]],
	])("a table with %s gives its rows as lines", async (_what, body, expected) => {
		const { blocks } = await read("a.docx", letter(body));
		expect(blocks.map(({ kind, text }) => [kind, text])).toEqual(expected.map((text) => ["table", text]));
	});

	test.each([
		["other.docx", zipped({ "word/other.xml": "<x/>" }), "is no Word document"],
		["empty.docx", letter(""), "holds no text"],
	])("%s is refused in words", async (name, bytes, message) => {
		await expect(read(name, bytes)).rejects.toMatchObject({
			code: "invalid_file",
			message: expect.stringContaining(message),
		});
	});

	test("expands no entities", async () => {
		const body = `<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">]><w:document><w:body>${p("&a;&amp;")}</w:body></w:document>`;
		expect(await texts(letter("", { "word/document.xml": body }))).toEqual(["&a;&"]);
	});
});
