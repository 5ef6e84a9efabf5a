import { countTokens as count } from "gpt-tokenizer/encoding/o200k_base";

/** Text that looks like a special token (`<|endoftext|>`) is text like any other here. */
const PLAIN = { disallowedSpecial: new Set<string>() };

/**
 * The tokenizer merges within one word, or one run of signs or spaces, in quadratic time: 50,000 letters without a space
 * took 2.6 s, 20,000 CJK commas 1.8 s. Cut at 200 it is linear, and off by a few tokens for each cut.
 */
const LONG_RUN = /[\p{L}\p{M}\p{N}]{200}|[^\p{L}\p{M}\p{N}]{200}/gu;

/** Tokens of a text by OpenAI's o200k_base: exact for its models, within some per cent for others. */
export function countTokens(text: string): number {
	let total = 0;
	let start = 0;
	for (const { index, 0: run } of text.matchAll(LONG_RUN)) {
		total += count(text.slice(start, index + run.length), PLAIN);
		start = index + run.length;
	}
	return total + count(text.slice(start), PLAIN);
}
