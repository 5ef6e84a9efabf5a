/** Longer blocks are cut, so that a document without a single line end still streams through in bounded memory. */
export const LONGEST_BLOCK = 32 * 1024;

const SENTENCE_END = /[.!?。！？]["'”’)\]]*\s+/g;

/**
 * Where to cut a text that is longer than `limit`: `[end, next)` is the white space between the two parts (empty for a
 * cut inside a word). Prefers a line end, then a sentence end, then a space, in the second half before the limit.
 */
export function cut(text: string, limit: number): { end: number; next: number } {
	const half = Math.floor(limit / 2);
	const line = text.lastIndexOf("\n", limit - 1);
	if (line >= half) return { end: line, next: line + 1 };
	const window = text.slice(half, limit);
	const sentence = window.matchAll(SENTENCE_END).reduce<RegExpExecArray | undefined>((_, match) => match, undefined);
	if (sentence) {
		const next = half + sentence.index + sentence[0].length;
		return { end: next - (sentence[0].length - sentence[0].trimEnd().length), next };
	}
	const space = text.lastIndexOf(" ", limit - 1);
	if (space >= half) return { end: space, next: space + 1 };
	const end = isHighSurrogate(text.charCodeAt(limit - 1)) ? limit - 1 : limit;
	return { end, next: end };
}

/** A text as parts of at most `limit` UTF-16 units and the white space between them; together they are the text. */
export function* cutAll(text: string, limit = LONGEST_BLOCK): Generator<{ text: string; gap: boolean }> {
	let rest = text;
	while (rest.length > limit) {
		const { end, next } = cut(rest, limit);
		yield { text: rest.slice(0, end), gap: false };
		if (next > end) yield { text: rest.slice(end, next), gap: true };
		rest = rest.slice(next);
	}
	if (rest !== "") yield { text: rest, gap: false };
}

export function isHighSurrogate(unit: number): boolean {
	return unit >= 0xd800 && unit <= 0xdbff;
}
