import { contextLine } from "./context-line.ts";
import { pack } from "./pack.ts";
import type { Chunker, StrategyOf } from "./strategy.ts";
import { type Unit, unitsOf } from "./unit.ts";

/** Records of a JSON document, never from one element of the top-level array or object into the next. */
export const chunkJson: Chunker<StrategyOf<"json">> = (blocks, source, { json }) =>
	pack(unitsOf(blocks, json.max_tokens), (held) => contextLine(source, held), {
		maxTokens: json.max_tokens,
		breakBefore: (unit, previous) => topLevel(unit) !== topLevel(previous),
	});

/** "/20/subcommittees/5" → "20". */
function topLevel(unit: Unit): string | undefined {
	return unit.location.json_pointer?.split("/")[1];
}
