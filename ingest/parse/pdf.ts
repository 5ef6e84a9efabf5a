import type { DocumentFacts, Piece } from "../../src/types.ts";
import { invalidFile } from "./invalid-file.ts";
import type { Parser, Source } from "./parser.ts";
import { openPdf, type PdfDocument, pageItems } from "./pdf-document.ts";
import { pageLines } from "./pdf-lines.ts";
import { paragraphs } from "./pdf-paragraphs.ts";

/** A page of this many UTF-16 units holds some 300 times the text of a full page: it is no page but a bomb. */
const LONGEST_PAGE = 1_000_000;
/** A page count far beyond the pages that exist is a known sign of damage. */
const UNREADABLE_IN_A_ROW = 100;

/**
 * PDF, a batch per page; pages count physically from 1, blank ones included. Paragraphs are `paragraph` blocks,
 * separated by blank lines. Pages without text, and pages that cannot be read, are named in the warnings.
 */
export const parsePdf: Parser = async function* (source) {
	const document = await openPdf(source);
	try {
		return yield* pages(source, document);
	} finally {
		await document.close();
	}
};

async function* pages(source: Source, document: PdfDocument): AsyncGenerator<Piece[], DocumentFacts> {
	const title = meaningfulTitle(await titleOf(document));
	const silent: number[] = [];
	const unreadable: number[] = [];
	const cutOff: number[] = [];
	let number = 1;
	let unreadableInARow = 0;
	for (; number <= document.numPages && unreadableInARow < UNREADABLE_IN_A_ROW; number++) {
		const page = await readPage(document, number);
		unreadableInARow = page ? 0 : unreadableInARow + 1;
		if (page === undefined) unreadable.push(number);
		else if (page.texts.length === 0) silent.push(number);
		else yield page.texts.flatMap((text) => pieces(text, number));
		if (page && !page.complete) cutOff.push(number);
	}
	const read = number - 1;
	if (unreadable.length === read) {
		throw invalidFile(source, "is damaged: none of its pages can be read; export it again and upload it again");
	}
	if (silent.length + unreadable.length === read) {
		throw invalidFile(
			source,
			"has no text layer on any page: it is blank or holds scanned images, and OCR is not available yet; run OCR on it and upload it again",
		);
	}
	const warnings: string[] = [];
	if (silent.length > 0) {
		warnings.push(`no text layer on ${pageList(silent)}: blank or a scanned image, and OCR is not available yet`);
	}
	if (unreadable.length > 0) warnings.push(`${pageList(unreadable)} could not be read: the file is damaged there`);
	if (read < document.numPages) warnings.push(`the pages after page ${read} could not be read`);
	if (cutOff.length > 0) warnings.push(`${pageList(cutOff)}: only the first ${LONGEST_PAGE} characters were read`);
	return { title, pages: document.numPages, warnings };
}

async function readPage(
	document: PdfDocument,
	number: number,
): Promise<{ texts: string[]; complete: boolean } | undefined> {
	try {
		const page = await document.getPage(number);
		const { items, complete } = await pageItems(page, LONGEST_PAGE);
		page.cleanup();
		return { texts: paragraphs(pageLines(items, page.rotate)), complete };
	} catch {
		return undefined;
	}
}

function pieces(text: string, page: number): Piece[] {
	return [
		{ kind: "paragraph", text, location: { page_start: page, page_end: page } },
		{ kind: "gap", text: "\n\n" },
	];
}

async function titleOf(document: PdfDocument): Promise<unknown> {
	try {
		return (await document.getMetadata()).info?.Title;
	} catch {
		return undefined;
	}
}

/** Programs fill in titles that name a file or nothing at all; those would mislead retrieval. */
function meaningfulTitle(title: unknown): string | undefined {
	if (typeof title !== "string") return undefined;
	const text = title.replace(/\s+/g, " ").trim();
	if (text.length < 3 || !/\p{L}{2}/u.test(text)) return undefined;
	if (/^(untitled|unbenannt|sans titre|title|document ?\d*|slide ?\d*|print(ing)?|scan(ned)?\b.*)$/i.test(text))
		return undefined;
	if (/^microsoft (word|powerpoint|excel|office)\b|^[a-z]:\\|^(file:|\/)|[\\/].*\.\w{2,5}$/i.test(text))
		return undefined;
	if (/^\S+\.[a-z]\w{1,4}$|\.(pdf|docx?|xlsx?|pptx?|rtf|odt|indd|dvi|tex|txt|html?|ps)$/i.test(text)) return undefined;
	return text;
}

/** Page numbers in words: "page 3", "pages 2, 5–7"; after ten ranges only how many more there are. */
function pageList(numbers: number[]): string {
	const ranges: [number, number][] = [];
	for (const number of numbers) {
		const last = ranges.at(-1);
		if (last && last[1] === number - 1) last[1] = number;
		else ranges.push([number, number]);
	}
	const named = ranges.slice(0, 10).map(([from, to]) => (from === to ? `${from}` : `${from}–${to}`));
	const rest = ranges.slice(10).reduce((sum, [from, to]) => sum + to - from + 1, 0);
	return `${numbers.length === 1 ? "page" : "pages"} ${named.join(", ")}${rest > 0 ? ` and ${rest} more` : ""}`;
}
