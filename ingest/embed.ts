import { pMapIterable } from "p-map";
import type { Embedder, Embedding } from "../src/models/embedder.ts";
import type { ChunkDraft } from "../src/types.ts";
import { batchChunks } from "./batch.ts";

export type EmbeddedBatch = { chunks: ChunkDraft[]; embeddings: Embedding[] | null };

/** Without an embedder a batch is only what one statement writes. */
const UNEMBEDDED_BATCH = { count: 500, tokens: Number.POSITIVE_INFINITY };

/**
 * Chunks in batches with their vectors, in order: up to `concurrency` requests are under way while the batches before
 * them are written and the document behind them is cut.
 */
export async function* embedChunks(
	embedder: Embedder | null,
	chunks: AsyncIterable<ChunkDraft>,
	concurrency: number,
	signal: AbortSignal,
): AsyncGenerator<EmbeddedBatch> {
	if (!embedder) {
		for await (const batch of batchChunks(chunks, UNEMBEDDED_BATCH)) yield { chunks: batch, embeddings: null };
		return;
	}
	const batches = batchChunks(chunks, { count: embedder.maxTexts, tokens: embedder.maxTokens });
	yield* pMapIterable(
		batches,
		async (batch) => ({ chunks: batch, embeddings: await embedder.embed(batch.map(embeddableText), { signal }) }),
		{ concurrency },
	);
}

/** What a chunk's vector is made from: its context line and its text. */
export function embeddableText({ context, text }: Pick<ChunkDraft, "context" | "text">): string {
	return context ? `${context}\n${text}` : text;
}
