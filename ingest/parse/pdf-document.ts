import { readFile } from "node:fs/promises";
import { invalidFile } from "./invalid-file.ts";
import type { Source } from "./parser.ts";
import { shownMatrix, upright } from "./pdf-geometry.ts";
import { pageMarks } from "./pdf-marks.ts";
import { type OutlineEntry, outlineOf } from "./pdf-outline.ts";
import type { PageContent, Word } from "./pdf-page.ts";
import { pageWords, type TurnedWord } from "./pdf-words.ts";
import { loadPdfium, type Pdfium, type Pointer, readText, withMemory } from "./pdfium.ts";

export type PdfDocument = {
	pages: number;
	title: string;
	outline: OutlineEntry[];
	/** A page's words and marks, counted from 1; at most `limit` characters. Throws where the page is damaged. */
	read: (number: number, limit: number) => PageContent;
	/** Calls with PDFium's handle of a page, which is closed afterwards. */
	withPage: <T>(number: number, use: (pdfium: Pdfium, page: Pointer) => T) => T;
	close: () => void;
};

const PASSWORD = 4;
const SECURITY = 5;
/** Readers of PDFs look for the header and for the end in so many bytes, for both may stand among others. */
const MARGIN = 1024;
/** Type smaller than this beside readable type is not meant to be read (generators leave marks so). */
const UNREADABLE = 2;

/** Opens a PDF. Throws `invalid_file` where it is damaged beyond reading or wants a password. */
export async function openPdf(source: Source): Promise<PdfDocument> {
	const pdfium = await loadPdfium();
	const data = await readFile(source.path);
	const memory = pdfium.wasmExports.malloc(data.length);
	if (memory === 0) throw invalidFile(source, "is too large for the PDF reader; split it into smaller files");
	pdfium.HEAPU8.set(data, memory);
	const document = pdfium._FPDF_LoadMemDocument(memory, data.length, 0);
	if (document === 0) {
		const error = pdfium._FPDF_GetLastError();
		pdfium.wasmExports.free(memory);
		if (error === PASSWORD) {
			throw invalidFile(source, "is protected by a password; remove the password and upload it again");
		}
		if (error === SECURITY) {
			throw invalidFile(source, "is protected in a way that we cannot read; remove the protection and upload it again");
		}
		throw invalidFile(source, problemOf(data));
	}
	const withPage: PdfDocument["withPage"] = (number, use) => {
		const page = pdfium._FPDF_LoadPage(document, number - 1);
		if (page === 0) throw new Error(`page ${number} cannot be loaded`);
		try {
			return use(pdfium, page);
		} finally {
			pdfium._FPDF_ClosePage(page);
		}
	};
	return {
		pages: pdfium._FPDF_GetPageCount(document),
		title: metaText(pdfium, document, "Title"),
		outline: outlineOf(pdfium, document),
		read: (number, limit) => withPage(number, (_, page) => content(pdfium, page, limit)),
		withPage,
		close: () => {
			pdfium._FPDF_CloseDocument(document);
			pdfium.wasmExports.free(memory);
		},
	};
}

/** What is wrong with a file that PDFium cannot open and that asks for no password. */
function problemOf(data: Buffer): string {
	if (!data.subarray(0, MARGIN).includes("%PDF-")) {
		return "is not a PDF, or its beginning is damaged; export it as PDF, or name it for what it is, and upload it again";
	}
	if (!data.subarray(-MARGIN).includes("%%EOF")) {
		return "is damaged: its end is missing, as if it was not copied completely; fetch or export it again and upload it again";
	}
	return "is damaged; export it again and upload it again";
}

function content(pdfium: Pdfium, page: Pointer, limit: number): PageContent {
	const [width, height] = [pdfium._FPDF_GetPageWidth(page), pdfium._FPDF_GetPageHeight(page)];
	const shown = shownMatrix(pdfium, page, width, height);
	const { words, complete } = pageWords(pdfium, page, shown, limit);
	const marks = pageMarks(pdfium, page, shown);
	const readable = meantToBeRead(words, width, height);
	const directions = Map.groupBy(readable, ({ turns }) => turns);
	const [main, ...others] = [...directions.values()].sort((a, b) => b.length - a.length);
	const turns = main?.[0]?.turns ?? 0;
	return {
		turns,
		shown: { width, height },
		...(turns % 2 === 0 ? { width, height } : { width: height, height: width }),
		words: moved(main ?? [], turns, width, height),
		asides: others,
		rules: marks.rules.map((box) => {
			const [x1, y1] = toOrigin(turns, upright(turns, box.left, box.top), width, height);
			const [x2, y2] = toOrigin(turns, upright(turns, box.right, box.bottom), width, height);
			return { left: Math.min(x1, x2), right: Math.max(x1, x2), top: Math.min(y1, y2), bottom: Math.max(y1, y2) };
		}),
		images: marks.images,
		pictures: [],
		complete,
	};
}

/** Without text that is hidden behind nothing, outside the page or too small; a scan's hidden text is its text. */
function meantToBeRead(words: TurnedWord[], width: number, height: number): TurnedWord[] {
	const largest = words.reduce((size, word) => Math.max(size, word.size), 0);
	const hidden = words.some((word) => !word.invisible);
	return words.filter((word) => {
		if (hidden && word.invisible) return false;
		if (word.size > 0 && word.size < UNREADABLE && largest > 2 * UNREADABLE) return false;
		const [x, y] = toOrigin(word.turns, [word.x, word.y], width, height);
		const [w, h] = word.turns % 2 === 0 ? [width, height] : [height, width];
		return x < w && y > 0 && y < h + word.size && x + (word.right - word.x) > 0;
	});
}

function moved(words: TurnedWord[], turns: number, width: number, height: number): Word[] {
	const [dx, dy] = toOrigin(turns, [0, 0], width, height);
	return dx === 0 && dy === 0
		? words
		: words.map((word) => ({ ...word, x: word.x + dx, right: word.right + dx, y: word.y + dy }));
}

/** Turned points back to where the page's upper left corner is the origin. */
function toOrigin(turns: number, [x, y]: [number, number], width: number, height: number): [number, number] {
	if (turns === 1) return [x, y + width];
	if (turns === 2) return [x + width, y + height];
	if (turns === 3) return [x + height, y];
	return [x, y];
}

function metaText(pdfium: Pdfium, document: Pointer, tag: string): string {
	const name = Buffer.from(`${tag}\0`);
	return withMemory(pdfium, name.length, (pointer) => {
		pdfium.HEAPU8.set(name, pointer);
		return readText(pdfium, (buffer, bytes) => pdfium._FPDF_GetMetaText(document, pointer, buffer, bytes));
	});
}
