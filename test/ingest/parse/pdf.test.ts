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
		expect(facts.warnings).toEqual([expect.stringMatching(/^no text layer on pages 2, 4–5: .*OCR is off/)]);
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

	test("joins a word that was cut at a line's end", async () => {
		const { text } = await read(
			"a.pdf",
			tinyPdf([["A long line that ends in the middle of some word, as inter-", "national does."]]),
		);
		expect(text).toContain("as international does.");
	});

	test("keeps the hyphen of a compound that it has elsewhere within a line", async () => {
		const lines = ["The long-term plan is one that goes on for a long while, a long-", "term one."];
		expect((await read("a.pdf", tinyPdf([lines]))).text).toContain("a long-term one.");
	});

	test("leaves out the heads and feet that its pages have in common, whatever number they carry", async () => {
		const page = (number: number) => [
			`Annual report of the company ${number}`,
			"",
			"",
			`(${(number * 7) % 10}) In this chapter, see the figure that follows`,
			"",
			"",
			`Page ${number} of 4`,
		];
		const { blocks } = await read("a.pdf", tinyPdf([1, 2, 3, 4].map(page)));
		expect(blocks.map(({ text }) => text)).toEqual(
			[7, 4, 1, 8].map((number) => `(${number}) In this chapter, see the figure that follows`),
		);
	});

	test("keeps a first line that only looks alike on each of its pages", async () => {
		const page = (number: number) => [
			`(${number}) In this chapter add the figure`,
			"",
			"",
			`Text of chapter ${"abcd"[number]}`,
		];
		const { text } = await read("a.pdf", tinyPdf([[...page(3)], [...page(1)], [...page(2)]]));
		expect(text).toContain("(3) In this chapter add the figure");
	});

	test("of three columns is read column by column, under its headings", async () => {
		const { blocks } = await read("ad.pdf", await fixture("demo/FAA-2020-0686-737MAX-proposed-AD.pdf"));
		const background = blocks.find(({ text }) => text.startsWith("On October 29, 2018, a Boeing Model 737–8 airplane"));
		expect(background?.location.headings?.at(-1)).toBe("Background");
		expect(blocks.map(({ text }) => text)).toContain(
			"Comply with this AD within the compliance times specified, unless already done.",
		);
		// Page 8 holds an image of text, and nothing else but its head and foot.
		const footers = blocks.filter(({ text }) => text.includes("VerDate Sep"));
		expect(footers.map(({ location }) => location.page_start)).toEqual([8]);
	});

	test("gives a table's rows with the names of their columns", async () => {
		const { blocks } = await read("plan.pdf", await fixture("demo/ED-FY2022-annual-performance-plan.pdf"));
		const table = blocks.find(({ kind, text }) => kind === "table" && text.includes("750,000"));
		expect(table?.text.split("\n")).toContain(
			"Type: Target; Trend: Increasing; Start Date: 2021-10-01; End Date: 2022-09-30; Number: 750,000",
		);
		expect(table?.location).toEqual({
			page_start: 16,
			page_end: 16,
			headings: ["2. Postsecondary Education", "2.4. Student Aid", "2.4.H Aidan Users"],
		});
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
		[
			"page.pdf",
			Buffer.from("<html>Not found</html>"),
			"page.pdf is not a PDF, or its beginning is damaged; export it as PDF",
		],
		["cut.pdf", tinyPdf([["words"]]).subarray(0, 120), "cut.pdf is damaged: its end is missing"],
		["no-objects.pdf", Buffer.from("%PDF-1.4\n%%EOF\n"), "no-objects.pdf is damaged; export it again"],
	])("%s is refused in words", async (filename, bytes, message) => {
		await expect(read(filename, await bytes)).rejects.toMatchObject({
			code: "invalid_file",
			message: expect.stringContaining(message),
		});
	});
});
