import { contextLine } from "./context-line.ts";
import { pack } from "./pack.ts";
import type { Chunker, StrategyOf } from "./strategy.ts";
import { unitsOf } from "./unit.ts";

/** Whole rows of one table or sheet, so many or so many tokens of them; of other documents, whole blocks. */
export const chunkRows: Chunker<StrategyOf<"rows">> = (blocks, source, { rows }) =>
	pack(unitsOf(blocks, rows.max_tokens), (held) => contextLine(source, held), {
		maxTokens: rows.max_tokens,
		maxUnits: rows.max_rows,
		breakBefore: (unit, previous) => unit.location.sheet !== previous.location.sheet,
	});
