import { contextLine } from "./context-line.ts";
import { pack } from "./pack.ts";
import type { Chunker, StrategyOf } from "./strategy.ts";
import { unitsOf } from "./unit.ts";

/**
 * Windows of at most so many tokens that overlap by at most so many, as the hosted service's `static`, but cut at the
 * end of a sentence or row where there is one: the numbers are limits, not targets.
 */
export const chunkStatic: Chunker<StrategyOf<"static">> = (blocks, source, { static: settings }) => {
	const { max_chunk_size_tokens: maxTokens, chunk_overlap_tokens: overlapTokens } = settings;
	// Only units that fit into the overlap can be repeated.
	const unitTokens = overlapTokens > 0 ? Math.min(maxTokens, Math.max(20, overlapTokens >> 1)) : maxTokens;
	return pack(unitsOf(blocks, unitTokens), (held) => contextLine(source, held), { maxTokens, overlapTokens });
};
