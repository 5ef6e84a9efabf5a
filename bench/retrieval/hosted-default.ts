import type { ChunkingStrategy } from "../../src/chunking-strategy.ts";

/** What OpenAI's file search does unless told otherwise: chunks of 800 tokens that overlap by 400, 20 of them a question. */
export const HOSTED: ChunkingStrategy = {
	type: "static",
	static: { max_chunk_size_tokens: 800, chunk_overlap_tokens: 400 },
};
export const HOSTED_CHUNKS = 20;
