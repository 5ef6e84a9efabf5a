import type { FileChunkingStrategy } from "openai/resources/vector-stores/vector-stores";
import type { ChunkingStrategy } from "../chunking-strategy.ts";

/** OpenAI's own strategy as it is, ours as `other` with its settings beside. */
export function chunkingStrategyBody(strategy: ChunkingStrategy): FileChunkingStrategy & { other?: ChunkingStrategy } {
	return strategy.type === "static" ? strategy : { type: "other", other: strategy };
}
