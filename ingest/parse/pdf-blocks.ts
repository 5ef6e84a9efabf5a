import type { Location, Piece } from "../../src/types.ts";
import { readingOrder } from "./pdf-columns.ts";
import { type BodyType, type HeadingPath, headingRank } from "./pdf-headings.ts";
import { type Compounds, noteCompounds } from "./pdf-hyphens.ts";
import type { Line } from "./pdf-lines.ts";
import type { OutlineEntry } from "./pdf-outline.ts";
import type { PageContent, Word } from "./pdf-page.ts";
import { type Paragraph, paragraphs } from "./pdf-paragraphs.ts";
import { tableText } from "./pdf-rows.ts";
import { findTables } from "./pdf-tables.ts";

/** What the reading of a page knows of the document around it. */
export type Around = {
	/** The outline's entries for this page. */
	outline: OutlineEntry[];
	bodyType: BodyType;
	headings: HeadingPath;
	compounds: Compounds;
};

/**
 * A page's text as pieces: headings, paragraphs and tables in reading order, without the running heads and feet; then
 * the text of its pictures.
 */
export function pagePieces(page: PageContent, number: number, running: Set<Word>, around: Around): Piece[] {
	// Where a page holds nothing but its head, the head is its text.
	const bare = page.pictures.length === 0 && page.words.every((word) => running.has(word));
	const kept = (words: Word[]) => words.filter((word) => bare || !running.has(word));
	const parts = [
		readingOrder(kept(page.words), page.rules),
		...page.asides
			.map(kept)
			.filter(isText)
			.map((aside) => readingOrder(aside, [])),
		...page.pictures.map((picture) => readingOrder(picture, [])),
	].flat();
	for (const line of parts.flat()) noteCompounds(around.compounds, line.text);
	return parts.flatMap((lines) => partPieces(lines, page, number, around));
}

function partPieces(lines: Line[], page: PageContent, number: number, around: Around): Piece[] {
	const ocr = lines[0]?.segments[0]?.words[0]?.ocr ?? false;
	const location = () => at(number, around.headings.path, ocr);
	return findTables(lines, page.rules).flatMap((part) => {
		if (!Array.isArray(part)) return piece("table", tableText(part, page.rules), location());
		const texts = paragraphs(part, around.compounds).flatMap(headingsApart);
		return texts.flatMap((paragraph) => {
			// The sizes that OCR gives letters vary from line to line.
			const rank = ocr ? undefined : headingRank(paragraph, around.bodyType.body, around.outline);
			if (!rank) return piece("paragraph", paragraph.text, location());
			const text = paragraph.text.replace(/\s+/g, " ");
			const path = around.headings.enter(text, rank);
			return piece("heading", text, at(number, path.slice(0, -1), ocr));
		});
	});
}

/** Text along a page's edge is often the typesetter's: the name of a file, the mark of a figure. */
function isText(words: Word[]): boolean {
	return words.filter(({ text }) => /^\p{L}*\p{Ll}{2}|\p{Lo}/u.test(text)).length >= 3;
}

/** Bold lines that each end on purpose are headings of their own. */
function headingsApart(paragraph: Paragraph): Paragraph[] {
	const { text, lines } = paragraph;
	if (lines.length < 2 || text.split("\n").length !== lines.length || !lines.every((line) => line.bold))
		return [paragraph];
	return lines.map((line) => ({ text: line.text, lines: [line] }));
}

function at(page: number, headings: string[], ocr: boolean): Location {
	return {
		page_start: page,
		page_end: page,
		...(headings.length > 0 ? { headings } : {}),
		...(ocr ? { ocr: true as const } : {}),
	};
}

function piece(kind: "heading" | "paragraph" | "table", text: string, location: Location): Piece[] {
	return text.trim() === ""
		? []
		: [
				{ kind, text, location },
				{ kind: "gap", text: "\n\n" },
			];
}
