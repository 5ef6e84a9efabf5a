import { readFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { read } from "./read.ts";
import { tinyPdf } from "./tiny-pdf.ts";

const fixture = (path: string) => readFile(new URL(`../../../fixtures/${path}`, import.meta.url));

describe("a PDF", () => {
	test("numbers its pages physically, across blank ones", async () => {
		const { blocks, facts } = await read(
			"a.pdf",
			tinyPdf([["First page"], [], ["Third page"], [], [], ["Sixth page"]]),
		);
		expect(blocks.map(({ text, location }) => [text, location])).toEqual([
			["First page", { page_start: 1, page_end: 1 }],
			["Third page", { page_start: 3, page_end: 3 }],
			["Sixth page", { page_start: 6, page_end: 6 }],
		]);
		expect(facts.pages).toBe(6);
		expect(facts.warnings).toEqual([
			expect.stringMatching(/^no text layer on pages 2, 4–5: .*OCR is not available yet/),
		]);
	});

	test("joins the lines of a paragraph and keeps paragraphs apart", async () => {
		const full = "This line is about as long as the measure of the page is wide";
		const { blocks } = await read("a.pdf", tinyPdf([[full, "and so it goes on here.", "", "", "Another paragraph."]]));
		expect(blocks.map((block) => block.text)).toEqual([`${full} and so it goes on here.`, "Another paragraph."]);
	});

	test("keeps the lines of a list of short lines", async () => {
		const { blocks } = await read("a.pdf", tinyPdf([["Red", "Blue", "Green and a good deal of other colours"]]));
		expect(blocks.map((block) => block.text)).toEqual(["Red\nBlue\nGreen and a good deal of other colours"]);
	});

	test("closes up a word that is divided at a line's end", async () => {
		const { text } = await read(
			"a.pdf",
			tinyPdf([["A long line that ends in the middle of a compound, as non-", "profit does."]]),
		);
		expect(text).toContain("as non-profit does.");
	});

	test("of the Federal Register gives passages of each page as they stand there", async () => {
		const { blocks, facts } = await read("ad.pdf", await fixture("demo/FAA-2020-0686-737MAX-proposed-AD.pdf"));
		expect(facts.pages).toBe(15);
		expect(new Set(blocks.map((block) => block.location.page_start))).toEqual(
			new Set(Array.from({ length: 15 }, (_, i) => i + 1)),
		);
		const summary = blocks.find((block) =>
			block.text.includes("supersede Airworthiness Directive (AD) 2018–23–51, which applies to"),
		);
		expect(summary?.location.page_start).toBe(1);
	});

	test.each([
		["Annual report 2024", "Annual report 2024"],
		["untitled", undefined],
		["Microsoft Word - draft.doc", undefined],
		["C:\\Users\\me\\draft", undefined],
		["report_final.docx", undefined],
		["10811.exe", undefined],
		["42", undefined],
	])("titled %o has the title %o", async (title, expected) => {
		expect((await read("a.pdf", tinyPdf([["words"]], { title }))).facts.title).toBe(expected);
	});

	test.each([
		[
			"locked.pdf",
			fixture("parse/password-view.pdf"),
			"locked.pdf is protected by a password; remove the password and upload it again",
		],
		["blank.pdf", tinyPdf([[], []]), "blank.pdf has no text layer on any page"],
		["page.pdf", Buffer.from("<html>Not found</html>"), "page.pdf is damaged or not a PDF"],
		["cut.pdf", tinyPdf([["words"]]).subarray(0, 120), "cut.pdf is damaged"],
	])("%s is refused in words", async (filename, bytes, message) => {
		await expect(read(filename, await bytes)).rejects.toMatchObject({
			code: "invalid_file",
			message: expect.stringContaining(message),
		});
	});
});
