import { contextLine } from "./context-line.ts";
import { pack } from "./pack.ts";
import type { Chunker, StrategyOf } from "./strategy.ts";
import { type Unit, unitsOf } from "./unit.ts";

/**
 * As the author divided it: paragraphs under their heading, never across one; tables and code whole where they fit, and
 * never in one chunk with what stands around them.
 */
export const chunkStructure: Chunker<StrategyOf<"structure">> = (blocks, source, { structure }) => {
	const { max_tokens: maxTokens, overlap_tokens: overlapTokens } = structure;
	return pack(unitsOf(blocks, maxTokens), (held) => contextLine(source, held), {
		maxTokens,
		overlapTokens,
		breakBefore: startsAnew,
	});
};

/** True where a chunk must not go on from one unit to the next. */
export function startsAnew(unit: Unit, previous: Unit): boolean {
	// Rows 1–5 of two sheets would be a place that there is not.
	if (unit.location.sheet !== previous.location.sheet) return true;
	if (unit.kind === "heading") return previous.kind !== "heading";
	if (previous.kind === "heading") return false;
	return unit.kind !== previous.kind || unit.location.page_start !== previous.location.page_start;
}
