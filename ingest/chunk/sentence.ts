import { contextLine } from "./context-line.ts";
import { pack } from "./pack.ts";
import type { Chunker, StrategyOf } from "./strategy.ts";
import { startsAnew } from "./structure.ts";
import { sentencesOf } from "./unit.ts";

/** Whole sentences (rows, lines of code) up to so many tokens, of one section; the next chunk may repeat the last ones. */
export const chunkSentence: Chunker<StrategyOf<"sentence">> = (blocks, source, { sentence }) => {
	const { max_tokens: maxTokens, overlap_tokens: overlapTokens } = sentence;
	return pack(sentencesOf(blocks, maxTokens), (held) => contextLine(source, held), {
		maxTokens,
		overlapTokens,
		breakBefore: startsAnew,
	});
};
