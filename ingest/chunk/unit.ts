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
	/** How the row or record begins that this is a later part of: which one it is. */
	lead?: string;
};

/**
 * The units of a document: blocks whole where they fit into `maxTokens`, or as rows and records into `maxRecordTokens`; cut
 * up where they do not.
 */
export function unitsOf(
	blocks: AsyncIterable<TextBlock>,
	maxTokens: number,
	maxRecordTokens = maxTokens,
): AsyncGenerator<Unit> {
	return cutBlocks(
		blocks,
		maxTokens,
		({ kind, tokens }) => tokens <= (kind === "row" || kind === "record" ? maxRecordTokens : maxTokens),
	);
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
	const lead = block.kind === "row" || block.kind === "record" ? leadOf(block.text) : undefined;
	for (const span of spans) {
		before += block.text.slice(place, span.start);
		for (const piece of cutToFit(block.text, span.start, span.end, maxTokens)) {
			yield { ...part(block, piece, before), ...(lead && piece.start > 0 && { lead }) };
			before = "";
		}
		place = span.end;
	}
	return before + block.text.slice(place);
}

function part(block: TextBlock, { start, end, tokens }: CutPiece, before: string): Unit {
	return {
		kind: block.kind,
		start: block.start + start,
		end: block.start + end,
		text: block.text.slice(start, end),
		before,
		tokens,
		location: block.location,
	};
}

/** Names and numbers come first in most tables; two or three cells tell one row from another. */
const LEAD_LENGTH = 100;

/** The first cells of a row, or members of a record, as many as fit; the first one cut where it alone does not. */
function leadOf(text: string): string {
	const cells = text.slice(0, LEAD_LENGTH + 2).split(/; |\n/);
	// The last one may go on behind the cut.
	const whole = text.length > LEAD_LENGTH + 2 ? cells.slice(0, -1) : cells;
	return whole.length > 0 ? whole.join("; ") : text.slice(0, LEAD_LENGTH);
}

type CutPiece = { start: number; end: number; tokens: number };

/**
 * Cuts a span at white space into as few pieces of about the same size as may fit, and those again that do not; a word
 * too long for that is cut anywhere but within a character.
 */
function* cutToFit(text: string, start: number, end: number, maxTokens: number): Generator<CutPiece> {
	const tokens = countTokens(text.slice(start, end));
	if (end - start < 2 || tokens <= maxTokens) {
		yield { start, end, tokens };
		return;
	}
	let from = start;
	for (let pieces = Math.ceil((1.1 * tokens) / maxTokens); pieces > 1; pieces--) {
		const to = cutNear(text, from, end, from + Math.floor((end - from) / pieces));
		if (to <= from || to >= end) break;
		yield* cutToFit(text, from, to, maxTokens);
		from = to;
	}
	yield* cutToFit(text, from, end, maxTokens);
}

/** The place behind the white space nearest to `wanted`, within half of the way to either side; else that place itself. */
function cutNear(text: string, start: number, end: number, wanted: number): number {
	const reach = Math.min(wanted - start, end - wanted) >> 1;
	for (let distance = 0; distance < reach; distance++) {
		if (/\s/.test(text.charAt(wanted - distance - 1))) return wanted - distance;
		if (/\s/.test(text.charAt(wanted + distance))) return wanted + distance + 1;
	}
	const splitsPair = /[\uDC00-\uDFFF]/.test(text.charAt(wanted)) && /[\uD800-\uDBFF]/.test(text.charAt(wanted - 1));
	if (splitsPair) return wanted - 1 > start ? wanted - 1 : wanted + 1;
	return wanted === start ? wanted + 1 : wanted;
}
