import { countTokens } from "../../src/models/tokens.ts";
import { lines, sentences } from "../../src/sentences.ts";
import type { BlockKind, Location } from "../../src/types.ts";
import type { TextBlock } from "./text-block.ts";

/** The least that a strategy moves about: a block, or a part of one that was too large. */
export type Unit = {
	kind: BlockKind;
	start: number;
	end: number;
	text: string;
	/** Text between the unit before and this one. */
	before: string;
	tokens: number;
	location: Location;
};

/** The units of a document: blocks whole where they fit into `maxTokens`, cut up where they do not. */
export function unitsOf(blocks: AsyncIterable<TextBlock>, maxTokens: number): AsyncGenerator<Unit> {
	return cutBlocks(blocks, maxTokens, (block) => block.tokens <= maxTokens);
}

/** The units of a document, as small as makes sense by itself: sentences, rows, records, lines of code. */
export function sentencesOf(blocks: AsyncIterable<TextBlock>, maxTokens: number): AsyncGenerator<Unit> {
	return cutBlocks(blocks, maxTokens, (block) => block.kind === "record" && block.tokens <= maxTokens);
}

async function* cutBlocks(
	blocks: AsyncIterable<TextBlock>,
	maxTokens: number,
	staysWhole: (block: TextBlock) => boolean,
): AsyncGenerator<Unit> {
	// White space at the end of a block that was cut stands before the next unit, as fillers do.
	let carried = "";
	for await (const given of blocks) {
		const block = carried ? { ...given, before: carried + given.before } : given;
		carried = "";
		if (staysWhole(block)) yield block;
		else carried = yield* cutBlock(block, maxTokens);
	}
}

/** Prose in sentences, all else in lines, and those in words where even they are too large. Returns what is left over. */
function* cutBlock(block: TextBlock, maxTokens: number): Generator<Unit, string> {
	let place = 0;
	let before = block.before;
	const spans = block.kind === "paragraph" || block.kind === "heading" ? sentences(block.text) : lines(block.text);
	for (const span of spans) {
		before += block.text.slice(place, span.start);
		for (const [start, end] of cutToFit(block.text, span.start, span.end, maxTokens)) {
			yield part(block, start, end, before);
			before = "";
		}
		place = span.end;
	}
	return before + block.text.slice(place);
}

function part(block: TextBlock, start: number, end: number, before: string): Unit {
	const text = block.text.slice(start, end);
	return {
		kind: block.kind,
		start: block.start + start,
		end: block.start + end,
		text,
		before,
		tokens: countTokens(text),
		location: block.location,
	};
}

/** Halves a span at white space until every piece fits; a word too long for that is cut anywhere but within a character. */
function* cutToFit(text: string, start: number, end: number, maxTokens: number): Generator<[number, number]> {
	if (end - start < 2 || countTokens(text.slice(start, end)) <= maxTokens) {
		yield [start, end];
		return;
	}
	const middle = cutNear(text, start, end);
	yield* cutToFit(text, start, middle, maxTokens);
	yield* cutToFit(text, middle, end, maxTokens);
}

/** The place behind the white space nearest to the middle, within the middle half; else the middle itself. */
function cutNear(text: string, start: number, end: number): number {
	const middle = (start + end) >> 1;
	const reach = (end - start) >> 2;
	for (let distance = 0; distance < reach; distance++) {
		if (/\s/.test(text.charAt(middle - distance - 1))) return middle - distance;
		if (/\s/.test(text.charAt(middle + distance))) return middle + distance + 1;
	}
	const splitsPair = /[\uDC00-\uDFFF]/.test(text.charAt(middle)) && /[\uD800-\uDBFF]/.test(text.charAt(middle - 1));
	return splitsPair && middle - 1 > start ? middle - 1 : middle;
}
