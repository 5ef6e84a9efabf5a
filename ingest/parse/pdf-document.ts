import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { PDFParse } from "pdf-parse";
import { messageOf } from "../../src/errors.ts";
import { invalidFile } from "./invalid-file.ts";
import type { Source } from "./parser.ts";

/** A run of glyphs. `transform` is [a, b, c, d, x, y] in the page's space, origin at the bottom left, in points. */
export type TextItem = { str: string; transform: number[]; width: number; height: number; hasEOL: boolean };

type TextReader = ReadableStreamDefaultReader<{ items: (TextItem | { type: string })[] }>;

/** The parts of a pdf.js document that we use. */
export type PdfPage = {
	/** Degrees by which the page is shown turned: 0, 90, 180 or 270. */
	rotate: number;
	streamTextContent: () => { getReader: () => TextReader };
	cleanup: () => void;
};
export type PdfDocument = {
	numPages: number;
	getPage: (number: number) => Promise<PdfPage>;
	getMetadata: () => Promise<{ info?: { Title?: unknown } }>;
	close: () => Promise<void>;
};

/** pdf.js carries the character maps of CJK fonts and the widths of the standard fonts as files beside it. */
const pdfjs = dirname(
	createRequire(createRequire(import.meta.url).resolve("pdf-parse")).resolve("pdfjs-dist/package.json"),
);

/** Opens a PDF. Throws `invalid_file` where it is damaged beyond reading or wants a password. */
export async function openPdf(source: Source): Promise<PdfDocument> {
	const parser = new PDFParse({
		data: new Uint8Array(await readFile(source.path)),
		cMapUrl: join(pdfjs, "cmaps/"),
		standardFontDataUrl: join(pdfjs, "standard_fonts/"),
		disableFontFace: true,
		isEvalSupported: false,
		verbosity: 0,
	});
	try {
		// pdf-parse's own getText gives the text without positions, and positions are what tells paragraphs apart.
		// biome-ignore lint/complexity/useLiteralKeys: the document below is private, and this is TypeScript's door to it
		const document: Omit<PdfDocument, "close"> = await parser["load"]();
		return {
			numPages: document.numPages,
			getPage: (number) => document.getPage(number),
			getMetadata: () => document.getMetadata(),
			close: () => parser.destroy(),
		};
	} catch (error) {
		if (error instanceof Error && error.name === "PasswordException") {
			throw invalidFile(source, "is protected by a password; remove the password and upload it again", error);
		}
		const detail = messageOf(error).replace(/\.$/, "");
		throw invalidFile(source, `is damaged or not a PDF (${detail}); export it again and upload it again`, error);
	}
}

/** The text of a page in the order of its content stream; `complete` is false where it exceeds `limit` UTF-16 units. */
export async function pageItems(page: PdfPage, limit: number): Promise<{ items: TextItem[]; complete: boolean }> {
	const reader = page.streamTextContent().getReader();
	const items: TextItem[] = [];
	let length = 0;
	for (;;) {
		const { done, value } = await reader.read();
		if (done) return { items, complete: true };
		for (const item of value.items) {
			if (!("str" in item)) continue;
			items.push(item);
			length += item.str.length + 1;
		}
		if (length > limit) {
			await reader.cancel(new Error("page too long"));
			return { items, complete: false };
		}
	}
}
