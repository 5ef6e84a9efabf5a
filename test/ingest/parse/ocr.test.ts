import { readFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { parse } from "../../../ingest/parse/parse.ts";
import { createParserPool } from "../../../ingest/parse/parser-pool.ts";
import { collect, gather, stored } from "./read.ts";
import { tinyPdf } from "./tiny-pdf.ts";

const fixture = (name: string) => readFile(new URL(`../../../fixtures/parse/${name}`, import.meta.url));
const ocr = { languages: ["eng"] };

async function readWithOcr(filename: string, content: Uint8Array) {
	return collect(parse({ ...(await stored(filename, content)), ocr }));
}

const FOX = "The quick brown dog jumped over the lazy fox.";

describe("OCR", () => {
	test("reads a scanned page, and says so in the location", async () => {
		const { blocks, facts } = await readWithOcr("scan.pdf", await fixture("scan.pdf"));
		expect(blocks.map(({ text }) => text).join(" ")).toContain(FOX);
		for (const { location } of blocks) expect(location).toEqual({ page_start: 1, page_end: 1, ocr: true });
		expect(facts.warnings).toEqual([]);
	});

	test("reads a page that was scanned upside down", async () => {
		const { text } = await readWithOcr("scan.pdf", await fixture("upside-down.pdf"));
		expect(text).toContain(FOX);
	});

	test("reads a figure on a page of text, which stays what it was", async () => {
		const { blocks } = await readWithOcr("figure.pdf", await fixture("figure.pdf"));
		const figure = blocks.filter(({ location }) => location.ocr);
		expect(figure.map(({ text }) => text).join("\n")).toContain(
			"If the runaway continues after autopilot is disengaged, place both STAB TRIM cutout switches to CUTOUT.",
		);
		expect(blocks.filter(({ location }) => !location.ocr).map(({ text }) => text)).toContain(
			"Inoperative paragraph with the information in figure 4 to paragraph (h)(5) of this AD.",
		);
	});

	test.each(["scan.tif", "turned.png"])("reads the image file %s", async (name) => {
		const { blocks, text } = await readWithOcr(name, await fixture(name));
		expect(text).toContain(FOX);
		for (const { location } of blocks) expect(location).toEqual({ ocr: true });
	});

	test("works in a parser process, without a download", async () => {
		const pool = createParserPool({ size: 1, memoryMb: 256, timeoutMs: 60_000 });
		try {
			const source = { ...(await stored("scan.pdf", await fixture("scan.pdf"))), ocr };
			expect((await gather(pool.parse(source))).text).toContain(FOX);
		} finally {
			await pool.close();
		}
	});

	test("finds nothing on a blank page and says so", async () => {
		const { facts } = await readWithOcr("a.pdf", tinyPdf([["Words"], []]));
		expect(facts.warnings).toEqual(["no text layer on page 2: blank, or an image in which OCR found no text"]);
	});

	test("refuses a document of blank pages, and says what to do where they are not", async () => {
		await expect(readWithOcr("a.pdf", tinyPdf([[], []]))).rejects.toMatchObject({
			code: "invalid_file",
			message: expect.stringMatching(/^a\.pdf holds no text: its pages are blank, .*set OCR_LANGUAGES/),
		});
	});

	test("needs the language's package", async () => {
		const source = { ...(await stored("scan.pdf", await fixture("scan.pdf"))), ocr: { languages: ["xyz"] } };
		await expect(collect(parse(source))).rejects.toMatchObject({
			code: "configuration",
			message: expect.stringContaining('Run "npm install @tesseract.js-data/xyz"'),
		});
	});
});

describe("without OCR", () => {
	test("a scan is refused in words", async () => {
		const source = await stored("scan.pdf", await fixture("scan.pdf"));
		await expect(collect(parse(source))).rejects.toMatchObject({
			code: "invalid_file",
			message: expect.stringMatching(/no text layer on any page: .*OCR is off; turn it on \(OCR=auto\)/),
		});
	});

	test("an image is refused in words", async () => {
		const source = await stored("turned.png", await fixture("turned.png"));
		await expect(collect(parse(source))).rejects.toMatchObject({
			code: "unsupported_file",
			message: expect.stringMatching(/^turned\.png can only be read with OCR, which is off \(OCR=auto turns it on\)/),
		});
	});
});
