import { contentStems } from "../lexical/stems.ts";
import { sentences } from "../sentences.ts";
import type { Claim } from "./support.ts";

/** What a full stop ends that is no sentence. */
const ABBREVIATED =
	/(?:^|[\s(])(?:\p{L}|Dr|Mr|Mrs|Ms|Prof|St|No|Nr|Art|Fig|Sec|vs|approx|ca|etc|e\.g|i\.e|bzw|inkl|Inc|Corp|Ltd|Co|U\.S)\.$/u;

/** "- ", "3. ", "## ", "> ": what Markdown puts before a line is none of the sentence. */
const LINE_MARK = /^[\s>]*(?:[-*+•]|\d{1,3}[.)]|#{1,6})\s+/;

/**
 * What a marker behind `text` cites for: the sentence that ends there, or the part of it since `from`, where the marker
 * before stands. A sentence of a word or two is read with what stands before it in its line, and a line with the one above.
 */
export function claimBefore(text: string, from = 0): Claim {
	const end = text.trimEnd().length;
	const lineStart = text.lastIndexOf("\n", end - 1) + 1;
	const start = sentenceStart(text, lineStart, end);
	const own = text.slice(from > start && from < end ? from : start, end);
	let whole = text.slice(start, end);
	if (saysLittle(whole)) whole = text.slice(lineStart, end);
	if (saysLittle(whole))
		whole = text.slice(text.lastIndexOf("\n", text.slice(0, lineStart).trimEnd().length - 1) + 1, end);
	return { own: unmarked(own), whole: unmarked(whole) };
}

/** Whether the sentence goes on behind `text`: "According to 【1】, it is free." says more than "According to". */
export function isWithinSentence(text: string): boolean {
	return text.trim() === "" || !/[.!?。！？｡؟۔।|:]["'”»)*_]*\s*$/.test(text);
}

/** Where the first sentence of what follows a marker ends; -1 where it is not clear yet. */
export function sentenceEnd(following: string): number {
	const line = following.search(/\n/);
	const stop = /[.!?](?=\s)|[。！？｡؟۔।]/.exec(following);
	const ends = [line, stop ? stop.index + 1 : -1].filter((place) => place >= 0);
	return ends.length > 0 ? Math.min(...ends) : -1;
}

function sentenceStart(text: string, lineStart: number, end: number): number {
	const line = text.slice(lineStart, end);
	const spans = sentences(line);
	let place = spans.length - 1;
	while (place > 0 && ABBREVIATED.test(line.slice(0, spans[place - 1]?.end))) place--;
	return lineStart + (spans[place]?.start ?? 0);
}

function saysLittle(text: string): boolean {
	return contentStems(unmarked(text)).size < 2;
}

function unmarked(text: string): string {
	return text.replace(LINE_MARK, "");
}
