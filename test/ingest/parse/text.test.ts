import { readFile } from "node:fs/promises";
import fc from "fast-check";
import iconv from "iconv-lite";
import { describe, expect, test } from "vitest";
import { read } from "./read.ts";

/** Fragments out of which every structure that the text-like parsers know can arise. */
const fragments = fc.array(
	fc.constantFrom(
		..."word,\n,\n\n, ,\t,\f,# Title\n,2.1  Scope\n,- item\n,```\n,~~~js\n,| a | b |\n|---|---|\n,> quote\n,---\n,    code\n,<div>\n,é😀\u2028,def f():\n,}\n,*_[x](y)\n,1. one\n,  indented\n,title: x\n,\uFEFF,&amp;".split(
			",",
		),
	),
	{ minLength: 1, maxLength: 60 },
);

describe.each(["txt", "md", "py", "ts"])("a .%s file", (extension) => {
	test("is its own canonical text, whatever it holds", async () => {
		await fc.assert(
			fc.asyncProperty(fragments, async (parts) => {
				const content = `x${parts.join("")}`;
				const { text, pieces } = await read(`file.${extension}`, content);
				expect(text).toBe(content);
				expect(pieces.every((piece) => piece.text !== "")).toBe(true);
			}),
			{ numRuns: 150 },
		);
	});

	test("keeps every character of a very long line and of very long paragraphs, in bounded blocks", async () => {
		const content = `${"Ein Satz mit Ümlauten. ".repeat(9000)}\n${"😀".repeat(70_001)}\n\n${"line\n".repeat(40_000)}`;
		const { text, blocks } = await read(`file.${extension}`, content);
		expect(text).toBe(content);
		expect(Math.max(...blocks.map((block) => block.text.length))).toBeLessThanOrEqual(32 * 1024);
	});
});

describe("plain text", () => {
	test("divides an RFC into its paragraphs, under the sections' titles", async () => {
		const source = await readFile(new URL("../../../fixtures/demo/rfc4180.txt", import.meta.url), "utf8");
		const { text, blocks } = await read("rfc4180.txt", source);
		expect(text).toBe(source.replaceAll("\r\n", "\n"));
		const headings = blocks.filter((block) => block.kind === "heading").map((block) => block.text);
		expect(headings).toContain("2.  Definition of the CSV Format");
		const header = blocks.find((block) => block.text.includes("There maybe an optional header line"));
		expect(header).toMatchObject({ kind: "paragraph", location: { headings: ["2. Definition of the CSV Format"] } });
	});

	test("nests section numbers", async () => {
		const { blocks } = await read("spec.txt", "1.  One\n\na\n\n1.1  Inner\n\nb\n\n2.  Two\n\nc\n");
		expect(blocks.filter((block) => block.kind === "paragraph").map((block) => block.location.headings)).toEqual([
			["1. One"],
			["1. One", "1.1 Inner"],
			["2. Two"],
		]);
	});

	test.each(["1. Buy milk", "2.  Buy milk.", "   2.  Indented", "1999 was a year", "2.1  lower case"])(
		"does not take %o for a section's title",
		async (line) => {
			const { blocks } = await read("list.txt", `before\n\n${line}\n\nafter\n`);
			expect(blocks.map((block) => block.kind)).toEqual(["paragraph", "paragraph", "paragraph"]);
		},
	);

	test("leaves form feeds and blank lines to the gaps", async () => {
		const { blocks } = await read("pages.txt", "one\n\n\f\ntwo\n\fthree\n");
		expect(blocks.map((block) => block.text)).toEqual(["one", "two", "three"]);
	});
});

describe("encodings", () => {
	const german = "Füße größer als Bäume, sagt der Förster. Übrigens: Äpfel sind süß und schön.\n".repeat(20);
	const japanese = "これは日本語の文章です。漢字とかなが混ざっています。\n".repeat(40);
	test.each([
		["UTF-8 with a BOM", Buffer.from(`\uFEFF${german}`), german],
		["UTF-16LE with a BOM", Buffer.from(`\uFEFF${german}`, "utf16le"), german],
		["UTF-16BE with a BOM", iconv.encode(german, "utf-16be", { addBOM: true }), german],
		["UTF-16LE without a BOM", Buffer.from(german, "utf16le"), german],
		["UTF-32LE with a BOM", iconv.encode(german, "utf-32le", { addBOM: true }), german],
		["Latin-1", Buffer.from(german, "latin1"), german],
		["Shift_JIS", iconv.encode(japanese, "Shift_JIS"), japanese],
		["EUC-JP", iconv.encode(japanese, "EUC-JP"), japanese],
		[
			"Latin-1 whose first accent comes late",
			Buffer.from(`${"plain\n".repeat(20_000)}${german}`, "latin1"),
			`${"plain\n".repeat(20_000)}${german}`,
		],
	])("%s is decoded", async (_name, bytes, expected) => {
		expect((await read("words.txt", bytes)).text).toBe(expected);
	});

	test.each([65_534, 65_535])("a character cut by the chunk that is read is whole (at byte %i)", async (at) => {
		const content = `${"a".repeat(at)}€😀\n`;
		const { text, facts } = await read("words.txt", content);
		expect(text).toBe(content);
		expect(facts.warnings).toEqual([]);
	});

	test("a line end cut by the chunk that is read is one line end", async () => {
		const { text } = await read("words.txt", `${"a".repeat(65_535)}\r\nb\rc\r\n`);
		expect(text).toBe(`${"a".repeat(65_535)}\nb\nc\n`);
	});

	test("a guessed encoding is named in the warnings", async () => {
		const { facts } = await read("words.txt", Buffer.from(german, "latin1"));
		expect(facts.warnings).toEqual([expect.stringMatching(/not UTF-8.*(ISO-8859-1|windows-1252)/)]);
	});

	test("one broken byte does not turn UTF-8 into another encoding", async () => {
		const { text, facts } = await read("words.txt", Buffer.concat([Buffer.from(german), Buffer.from([0xe2, 0x0a])]));
		expect(text).toBe(`${german}\uFFFD\n`);
		expect(facts.warnings).toEqual([expect.stringContaining("not valid UTF-8 throughout")]);
	});

	test("the encoding that an HTML page declares is believed", async () => {
		const page = iconv.encode('<meta charset="windows-1251"><p>Привет</p>', "windows-1251");
		expect((await read("page.html", page)).text).toContain("Привет");
	});

	test.each(["txt", "csv", "md", "html", "jsonl"])("a .%s file with NUL bytes is refused", async (extension) => {
		const content = Buffer.from(`${"1\n".repeat(40_000)}\0\0`);
		await expect(read(`data.${extension}`, content)).rejects.toMatchObject({
			code: "invalid_file",
			message: expect.stringContaining("NUL bytes, the first at line 40001, column 1"),
		});
	});
});
