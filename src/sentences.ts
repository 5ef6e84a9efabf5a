import type { Location } from "./types.ts";

export type Span = { start: number; end: number };

const SENTENCES = new Intl.Segmenter("en", { granularity: "sentence" });

/**
 * The units of a passage that can be quoted by themselves: a row, a JSON record, or a sentence. Spans are offsets in
 * the text, without the white space around them.
 */
export function quotableUnits(text: string, location: Location): Span[] {
	if (location.row_start !== undefined) return lines(text);
	if (location.json_pointer !== undefined) return paragraphs(text);
	return sentences(text);
}

export function lines(text: string): Span[] {
	return splitAt(text, /\n/g);
}

/** Sentences, none of which goes on past a blank line. */
export function sentences(text: string): Span[] {
	return paragraphs(text).flatMap((paragraph) => sentencesOf(text, paragraph));
}

function paragraphs(text: string): Span[] {
	return splitAt(text, /\n[ \t]*\n\s*/g);
}

/** Line breaks inside a paragraph are where the page's line ended, not where the sentence does. */
function sentencesOf(text: string, { start, end }: Span): Span[] {
	const flat = text.slice(start, end).replaceAll(/[\n\t]/g, " ");
	return [...SENTENCES.segment(flat)].flatMap(({ index, segment }) =>
		trimmed(text, start + index, start + index + segment.length),
	);
}

function splitAt(text: string, separator: RegExp): Span[] {
	const spans: Span[] = [];
	let start = 0;
	for (const match of text.matchAll(separator)) {
		spans.push(...trimmed(text, start, match.index));
		start = match.index + match[0].length;
	}
	spans.push(...trimmed(text, start, text.length));
	return spans;
}

function trimmed(text: string, start: number, end: number): Span[] {
	while (start < end && /\s/.test(text.charAt(start))) start++;
	while (end > start && /\s/.test(text.charAt(end - 1))) end--;
	return start < end ? [{ start, end }] : [];
}
