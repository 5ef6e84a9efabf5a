import { describeLocation } from "../location.ts";
import { countTokens } from "../models/tokens.ts";
import type { ContextPassage, Passage } from "../types.ts";

export type DropReason = "duplicate" | "score_fell_off" | "over_budget";
export type Dropped = { passage: Passage; reason: DropReason };

/** Passages this far below the best say little about the question; they cost as much as any. */
const FALL_OFF = 0.3;

/** Two passages that share this much of their words say the same. */
const DUPLICATE_OVERLAP = 0.9;

/** Tokens of an excerpt's tags in the prompt, beside the file's name and the place that stand in them. */
const FRAME_TOKENS = 20;

/**
 * The passages that fit the turn's token budget, best first: those that say nothing new or fall off in score are
 * dropped, neighbours become one excerpt. `passages` come best first.
 */
export function buildContext(passages: Passage[], budget: number): { sent: ContextPassage[]; dropped: Dropped[] } {
	const dropped: Dropped[] = [];
	const kept: Passage[] = [];
	const floor = (passages[0]?.score ?? 0) * FALL_OFF;
	let tokens = 0;
	for (const passage of passages) {
		const size = passage.tokens + countTokens(frameOf(passage)) + FRAME_TOKENS;
		if (passage.score < floor) dropped.push({ passage, reason: "score_fell_off" });
		else if (kept.some((other) => sayTheSame(other, passage))) dropped.push({ passage, reason: "duplicate" });
		// The best passage is sent even where it alone is over the budget: an empty context answers nothing.
		else if (tokens + size > budget && kept.length > 0) dropped.push({ passage, reason: "over_budget" });
		else {
			kept.push(passage);
			tokens += size;
		}
	}
	const sent = mergeNeighbours(kept).map((group, place) => {
		const text = renderPassages(group);
		return {
			number: place + 1,
			passages: group,
			text,
			tokens: countTokens(text),
			score: Math.max(...group.map((p) => p.score)),
		};
	});
	return { sent, dropped };
}

/** What is sent of a passage beside its text. */
function frameOf({ context, filename, location }: Passage): string {
	return `${context} ${filename} ${describeLocation(location)}`;
}

/** Adjacent: nothing but white space can lie between, which is never more than a few characters. */
const ADJACENT = 4;

/** Groups overlapping and adjacent passages of one document; groups stay in the order of their best passage. */
function mergeNeighbours(passages: Passage[]): Passage[][] {
	const groups: Passage[][] = [];
	for (const passage of passages) {
		const touching = groups.filter((group) => group.some((other) => areNeighbours(other, passage)));
		const [first, ...others] = touching;
		if (!first) {
			groups.push([passage]);
			continue;
		}
		first.push(passage, ...others.flat());
		first.sort((a, b) => a.start - b.start);
		for (const other of others) groups.splice(groups.indexOf(other), 1);
	}
	return groups;
}

function areNeighbours(a: Passage, b: Passage): boolean {
	return a.document_id === b.document_id && a.start <= b.end + ADJACENT && b.start <= a.end + ADJACENT;
}

/** The context line once, then the texts, each from where the one before it ended. */
function renderPassages(passages: Passage[]): string {
	let text = "";
	let context = "";
	let end = -1;
	for (const passage of passages) {
		if (passage.end <= end) continue;
		if (passage.context && passage.context !== context) text += `${text ? "\n" : ""}${passage.context}\n`;
		else if (text && passage.start > end) text += "\n";
		text += end > passage.start ? passage.text.slice(end - passage.start) : passage.text;
		context = passage.context;
		end = Math.max(end, passage.end);
	}
	return text;
}

function sayTheSame(a: Passage, b: Passage): boolean {
	if (a.document_id === b.document_id && b.start >= a.start && b.end <= a.end) return true;
	const [first, second] = [wordsOf(a.text), wordsOf(b.text)];
	const smaller = Math.min(first.size, second.size);
	// Rows of a table share most of their words and differ in the one that matters.
	if (smaller < 8 || Math.max(first.size, second.size) > smaller * 1.25) return false;
	let shared = 0;
	for (const word of first) if (second.has(word)) shared++;
	return shared / Math.max(first.size, second.size) >= DUPLICATE_OVERLAP && namesOf(a.text) === namesOf(b.text);
}

function wordsOf(text: string): Set<string> {
	return new Set(text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []);
}

/** Two passages that differ only in a figure or a name are two facts. */
function namesOf(text: string): string {
	const words = text.match(/[\p{L}\p{N}]+/gu) ?? [];
	return [...new Set(words.filter((word) => /[\p{N}\p{Lu}]/u.test(word)))].sort().join(" ");
}
