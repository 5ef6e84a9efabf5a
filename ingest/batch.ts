import type { ChunkDraft } from "../src/types.ts";

/** Collects chunks into batches of at most so many, and so many tokens with their context lines. */
export async function* batchChunks(
	chunks: AsyncIterable<ChunkDraft>,
	limits: { count: number; tokens: number },
): AsyncGenerator<ChunkDraft[]> {
	let batch: ChunkDraft[] = [];
	let tokens = 0;
	for await (const chunk of chunks) {
		// The context line is at most 300 characters; 100 tokens are more than it takes.
		const size = chunk.tokens + (chunk.context ? 100 : 0);
		if (batch.length > 0 && (batch.length === limits.count || tokens + size > limits.tokens)) {
			yield batch;
			batch = [];
			tokens = 0;
		}
		batch.push(chunk);
		tokens += size;
	}
	if (batch.length > 0) yield batch;
}
