import { contentStems } from "../lexical/stems.ts";
import { quotableUnits } from "../sentences.ts";
import type { ContextPassage, Passage } from "../types.ts";

export type Quote = { passage: Passage; quote: string; start: number; end: number };

/** A quote must share this much of the sentence's content words with it, and never fewer than one. */
const MIN_SUPPORT = 0.3;

/**
 * The unit of the excerpt that supports a sentence of the answer best, word for word from the document; undefined where
 * none does: then the citation is dropped, because nothing shows that it is true.
 */
export function chooseQuote(sentence: string, excerpt: ContextPassage | undefined): Quote | undefined {
	const said = contentStems(sentence);
	if (!excerpt || said.size === 0) return undefined;
	let best: Quote | undefined;
	let bestSupport = MIN_SUPPORT;
	for (const passage of excerpt.passages) {
		for (const { start, end } of quotableUnits(passage.text, passage.location)) {
			const quote = passage.text.slice(start, end);
			const stems = contentStems(quote);
			const shared = [...said].filter((stem) => stems.has(stem)).length;
			const support = shared / said.size;
			// Of two units that support it equally the shorter says it more exactly.
			if (
				shared > 0 &&
				(support > bestSupport || (support === bestSupport && quote.length < (best?.quote.length ?? Infinity)))
			) {
				best = { passage, quote, start: passage.start + start, end: passage.start + end };
				bestSupport = support;
			}
		}
	}
	return best;
}

/** A full stop of Latin letters ends a sentence where white space follows ("2.5" goes on), those of other scripts do. */
const SENTENCE = /[^.!?。！？｡؟۔।]+(?:[.!?](?!\s|$)[^.!?。！？｡؟۔।]*)*[.!?。！？｡؟۔।]*\s*/g;

/** The sentence or line that a marker at the end of `text` belongs to. */
export function sentenceBefore(text: string): string {
	const line = text.slice(text.lastIndexOf("\n", text.trimEnd().length - 1) + 1);
	const last = line.match(SENTENCE)?.at(-1) ?? line;
	// "It rose. 【1】": the sentence is over, and still the one that is meant. A bare number or two says too little alone.
	return contentStems(last).size >= 2 ? last : line;
}
