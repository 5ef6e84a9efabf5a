import { type Line, linesOf } from "./pdf-lines.ts";
import type { PageContent, Word } from "./pdf-page.ts";

/** A line near a page's upper or lower edge, as far as it can come again on other pages. */
type MarginLine = { key: string; numbers: number[]; page: number; y: number; words: Word[] };
export type Margins = { top: MarginLine[]; bottom: MarginLine[]; asides: MarginLine[] };

/** Pages compared with a page on either side of it: left and right pages often have heads of their own. */
export const PAGES_COMPARED = 4;
const MOST_LINES = 4;
const OUTERMOST = 2;
const NUMBER = /\d+/g;
const SHARE_OF_HEIGHT = 0.13;

/** The lines of a page's margins, from its edges inwards. */
export function marginsOf(page: PageContent, number: number): Margins {
	const lines = linesOf(page.words);
	const edge = SHARE_OF_HEIGHT * page.height;
	// Pages printed from a browser end where their text ends: the outermost lines may stand anywhere.
	const top = lines.slice(0, MOST_LINES).filter((line, index) => index < OUTERMOST || line.y < edge);
	const bottom = lines
		.slice(-MOST_LINES)
		.reverse()
		.filter((line, index) => index < OUTERMOST || line.y > page.height - edge);
	return {
		top: top.map((line) => marginLine(line, number, isRow(line))),
		bottom: bottom.map((line) => marginLine(line, number)),
		asides: page.asides.flatMap(linesOf).map((line) => marginLine(line, number)),
	};
}

/**
 * The words of the running heads and feet of a page: the lines nearest to its edge that stand at the same height on
 * pages nearby, with the same words but for numbers. Of three pages or more they must be on two others, for a line
 * that only one other page has can be a heading.
 */
export function runningWords(page: Margins, others: Margins[]): Set<Word> {
	const running = new Set<Word>();
	for (const side of ["top", "bottom"] as const) {
		const needed = Math.min(2, others.length);
		for (const [index, line] of page[side].entries()) {
			const same = others.filter((other) => other[side].some((candidate) => repeats(line, candidate))).length;
			if (same < needed || needed === 0) {
				// A line that stands alone may lie outside of the running one.
				if (index === 0) continue;
				break;
			}
			for (const word of line.words) running.add(word);
		}
	}
	for (const line of page.asides) {
		const same = others.filter((other) => other.asides.some((candidate) => repeats(line, candidate))).length;
		if (same > 0 && same >= Math.min(2, others.length)) for (const word of line.words) running.add(word);
	}
	return running;
}

/** Three columns and more are a table's row: its head comes again on every page on purpose. */
function isRow(line: Line): boolean {
	return line.segments.length > 3;
}

function marginLine(line: Line, page: number, kept = false): MarginLine {
	const numbers = line.text.match(NUMBER)?.map(Number) ?? [];
	const key = kept ? "" : line.text.replace(NUMBER, "#").toLowerCase();
	return { key, numbers, page, y: line.y, words: line.segments.flatMap((segment) => segment.words) };
}

/**
 * The same words, and numbers that are the same or count the pages: "(6) In the chapter" and "(7) In the chapter" can
 * begin two pages. Words that come again are a running line wherever they stand, a bare number only at the same height.
 */
function repeats(line: MarginLine, other: MarginLine): boolean {
	if (line.key === "" || line.key !== other.key) return false;
	const counts = line.numbers.map((number, index) => number - (other.numbers[index] ?? 0));
	const strange = counts.filter((count) => count !== 0 && count !== line.page - other.page).length;
	// A typesetter's line is full of numbers, and one of them may be of another kind.
	if (strange > 0 && strange > 0.2 * counts.length) return false;
	if (line.key === "#" && counts[0] === 0) return false;
	return Math.abs(line.y - other.y) < 8 || (line.key.match(/\p{L}/gu)?.length ?? 0) >= 6;
}
