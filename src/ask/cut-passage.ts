import { countTokens } from "../models/tokens.ts";
import { quotableUnits } from "../sentences.ts";
import type { Passage } from "../types.ts";

/**
 * As much of a passage from its beginning as fits: whole sentences, rows or records, or where not even the first does a
 * part of it. Still an exact slice of its document. Undefined where nothing fits.
 */
export function cutPassage(passage: Passage, fits: (part: Passage) => boolean): Passage | undefined {
	const ends = quotableUnits(passage.text, passage.location).map(({ end }) => end);
	const units = longest(ends.length, (count) => fits(upTo(passage, ends[count - 1] as number)));
	if (units > 0) return upTo(passage, ends[units - 1] as number);
	const letters = longest(ends[0] ?? 0, (count) => fits(upTo(passage, count)));
	return letters > 0 ? upTo(passage, letters) : undefined;
}

function upTo(passage: Passage, length: number): Passage {
	// Not between the halves of a letter beyond 16 bits.
	const whole = /[\uD800-\uDBFF]/.test(passage.text.charAt(length - 1)) ? length - 1 : length;
	const text = passage.text.slice(0, whole);
	return { ...passage, text, end: passage.start + whole, tokens: countTokens(text) };
}

/** The largest count from 1 to `most` that is possible, where each smaller one is too; 0 where none is. */
function longest(most: number, isPossible: (count: number) => boolean): number {
	let [possible, beyond] = [0, most + 1];
	while (beyond - possible > 1) {
		const middle = Math.floor((possible + beyond) / 2);
		if (isPossible(middle)) possible = middle;
		else beyond = middle;
	}
	return possible;
}
