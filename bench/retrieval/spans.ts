import { countTokens } from "../../src/models/tokens.ts";
import type { Evidence } from "./read-set.ts";

/** Characters of a document, `[start, end)`. */
export type Span = { doc: string; start: number; end: number };

/** Offsets of the sets are code points; the text itself says where it is in ours. */
export function spanOf({ doc, text = "" }: Evidence, documents: Map<string, string>): Span {
	const start = documents.get(doc)?.indexOf(text) ?? -1;
	if (start === -1) throw new Error(`a gold span is not in ${doc}`);
	return { doc, start, end: start + text.length };
}

export function lengthOf(spans: Span[]): number {
	return spans.reduce((sum, { start, end }) => sum + end - start, 0);
}

/** Characters of the gold spans that the passages hold, each counted once. */
export function coveredBy(gold: Span[], passages: Span[]): number {
	let covered = 0;
	for (const { doc, start, end } of gold) {
		const inside = passages
			.filter((passage) => passage.doc === doc && passage.start < end && passage.end > start)
			.map((passage) => ({ start: Math.max(passage.start, start), end: Math.min(passage.end, end) }))
			.toSorted((a, b) => a.start - b.start);
		let place = start;
		for (const span of inside) {
			covered += Math.max(0, span.end - Math.max(place, span.start));
			place = Math.max(place, span.end);
		}
	}
	return covered;
}

/** The best passages that fit, cut off at the first that does not. Their texts alone are counted, no tags. */
export function withinTokens<T extends { text: string }>(passages: T[], budget: number): T[] {
	let tokens = 0;
	const end = passages.findIndex(({ text }) => {
		tokens += countTokens(text);
		return tokens > budget;
	});
	return end === -1 ? passages : passages.slice(0, end);
}
