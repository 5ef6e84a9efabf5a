import type { ChunkingStrategy } from "../../src/chunking-strategy.ts";
import type { Embedder } from "../../src/models/embedder.ts";
import type { ChunkDraft } from "../../src/types.ts";
import type { TextBlock } from "./text-block.ts";

/** What a strategy knows besides the blocks. */
export type ChunkSource = { filename: string; title?: string; embedder?: Embedder | null };

/**
 * Cuts a document into chunks, in order. Together the chunks hold every block; offsets are exact; none has more tokens
 * than its maximum, unless a single character does.
 */
export type Chunker<Settings extends ChunkingStrategy = ChunkingStrategy> = (
	blocks: AsyncIterable<TextBlock>,
	source: ChunkSource,
	settings: Settings,
) => AsyncGenerator<ChunkDraft>;

export type StrategyOf<Type extends ChunkingStrategy["type"]> = Extract<ChunkingStrategy, { type: Type }>;
