import { ExcerptError } from "../../src/errors.ts";
import type { DocumentFacts, Piece } from "../../src/types.ts";
import { invalidFile } from "./invalid-file.ts";
import type { Parser, Source } from "./parser.ts";
import { pagePieces } from "./pdf-blocks.ts";
import { openPdf, type PdfDocument } from "./pdf-document.ts";
import { BodyType, HeadingPath } from "./pdf-headings.ts";
import { type Margins, marginsOf, PAGES_COMPARED, runningWords } from "./pdf-margins.ts";
import { PictureReader } from "./pdf-ocr.ts";
import type { PageContent } from "./pdf-page.ts";

/** A page of this many UTF-16 units holds some 300 times the text of a full page: it is no page but a bomb. */
const LONGEST_PAGE = 1_000_000;
/** A page count far beyond the pages that exist is a known sign of damage. */
const UNREADABLE_IN_A_ROW = 100;

/**
 * PDF, a batch per page; pages count physically from 1, blank ones included. Headings, paragraphs and tables are blocks
 * separated by blank lines. Pages without text, and pages that cannot be read, are named in the warnings.
 */
export const parsePdf: Parser = async function* (source) {
	const document = await openPdf(source);
	const pictures = source.ocr ? new PictureReader(document, source.ocr.languages) : undefined;
	try {
		return yield* pages(source, document, pictures);
	} finally {
		await pictures?.close();
		document.close();
	}
};

type ReadPage = { number: number; content: PageContent; margins: Margins };

async function* pages(
	source: Source,
	document: PdfDocument,
	pictures: PictureReader | undefined,
): AsyncGenerator<Piece[], DocumentFacts> {
	const title = meaningfulTitle(document.title);
	source.onKnown?.({ title, pages: document.pages });
	const silent: number[] = [];
	const unreadable: number[] = [];
	const cutOff: number[] = [];
	const bodyType = new BodyType();
	const headings = new HeadingPath();
	const compounds = new Set<string>();
	const window: ReadPage[] = [];
	let number = 1;
	let unreadableInARow = 0;

	const pieces = (page: ReadPage) => {
		const others = window.filter((other) => other !== page && Math.abs(other.number - page.number) <= PAGES_COMPARED);
		const running = runningWords(
			page.margins,
			others.map(({ margins }) => margins),
		);
		const outline = document.outline.filter((entry) => entry.page === page.number);
		return pagePieces(page.content, page.number, running, { outline, bodyType, headings, compounds });
	};

	let next = 0;
	for (; number <= document.pages && unreadableInARow < UNREADABLE_IN_A_ROW; number++) {
		const content = await readPage(document, number, pictures);
		unreadableInARow = content ? 0 : unreadableInARow + 1;
		if (content === undefined) {
			unreadable.push(number);
			continue;
		}
		if (!content.complete) cutOff.push(number);
		if (content.words.length === 0 && content.asides.length === 0) {
			silent.push(number);
			continue;
		}
		bodyType.add(content.words.filter(({ ocr }) => !ocr));
		window.push({ number, content, margins: marginsOf(content, number) });
		// A page is written when the pages after it are known, for their heads tell which of its lines are running heads.
		const ready = window[next];
		if (ready && window.length - next > PAGES_COMPARED) {
			yield pieces(ready);
			next++;
			if (next > PAGES_COMPARED) {
				window.shift();
				next--;
			}
		}
	}
	for (; next < window.length; next++) yield pieces(window[next] as ReadPage);

	const read = number - 1;
	if (unreadable.length === read) {
		throw invalidFile(source, "is damaged: none of its pages can be read; export it again and upload it again");
	}
	if (silent.length + unreadable.length === read) {
		throw invalidFile(
			source,
			source.ocr
				? "holds no text: its pages are blank, damaged, or images in which OCR found no text; if they show text, set OCR_LANGUAGES to its language or scan it again, at 300 dpi"
				: "has no text layer on any page: it is blank or holds scanned images, and OCR is off; turn it on (OCR=auto) and upload it again",
		);
	}
	const warnings: string[] = [];
	if (silent.length > 0) {
		const why = source.ocr
			? "blank, or an image in which OCR found no text"
			: "blank or a scanned image, and OCR is off";
		warnings.push(`no text layer on ${pageList(silent)}: ${why}`);
	}
	if (unreadable.length > 0) warnings.push(`${pageList(unreadable)} could not be read: the file is damaged there`);
	if (read < document.pages) warnings.push(`the pages after page ${read} could not be read`);
	if (cutOff.length > 0) warnings.push(`${pageList(cutOff)}: only the first ${LONGEST_PAGE} characters were read`);
	return { title, pages: document.pages, warnings };
}

async function readPage(
	document: PdfDocument,
	number: number,
	pictures: PictureReader | undefined,
): Promise<PageContent | undefined> {
	try {
		const content = document.read(number, LONGEST_PAGE);
		return (await pictures?.read(number, content)) ?? content;
	} catch (error) {
		if (error instanceof ExcerptError) throw error;
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
