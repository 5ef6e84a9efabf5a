import { contextLine } from "./context-line.ts";
import { pack } from "./pack.ts";
import type { Chunker, StrategyOf } from "./strategy.ts";
import { unitsOf } from "./unit.ts";

/** One chunk a page, or several where a page has more tokens than the maximum; a document without pages is one page. */
export const chunkPage: Chunker<StrategyOf<"page">> = (blocks, source, { page }) =>
	pack(unitsOf(blocks, page.max_tokens), (held) => contextLine(source, held), {
		maxTokens: page.max_tokens,
		breakBefore: (unit, previous) => unit.location.page_start !== previous.location.page_start,
	});
