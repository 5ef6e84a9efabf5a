import type { ChunkingStrategy } from "../../src/chunking-strategy.ts";
import type { ChunkDraft } from "../../src/types.ts";
import { chunkAuto } from "./auto.ts";
import { chunkJson } from "./json.ts";
import { chunkPage } from "./page.ts";
import { chunkRows } from "./rows.ts";
import { chunkSemantic } from "./semantic.ts";
import { chunkSentence } from "./sentence.ts";
import { chunkStatic } from "./static.ts";
import type { Chunker, ChunkSource, StrategyOf } from "./strategy.ts";
import { chunkStructure } from "./structure.ts";
import type { TextBlock } from "./text-block.ts";

const CHUNKERS: { [Type in ChunkingStrategy["type"]]: Chunker<StrategyOf<Type>> } = {
	auto: chunkAuto,
	static: chunkStatic,
	structure: chunkStructure,
	sentence: chunkSentence,
	semantic: chunkSemantic,
	rows: chunkRows,
	json: chunkJson,
	page: chunkPage,
};

/** Cuts a document by the strategy its settings name. */
export function chunk(
	blocks: AsyncIterable<TextBlock>,
	source: ChunkSource,
	strategy: ChunkingStrategy,
): AsyncGenerator<ChunkDraft> {
	return (CHUNKERS[strategy.type] as Chunker)(blocks, source, strategy);
}
