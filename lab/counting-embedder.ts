import type { Embedder } from "../src/models/embedder.ts";
import { countTokens } from "../src/models/tokens.ts";

/** An embedder that tells how many tokens it was really sent, once they are answered: those are paid for. */
export function countingEmbedder(embedder: Embedder, sent: (tokens: number) => Promise<void>): Embedder {
	const { model, dimensions, maxTexts, maxTokens } = embedder;
	return {
		model,
		dimensions,
		maxTexts,
		maxTokens,
		async embed(texts, options) {
			const vectors = await embedder.embed(texts, options);
			await sent(texts.reduce((sum, text) => sum + countTokens(text), 0));
			return vectors;
		},
		withModel: (other) => countingEmbedder(embedder.withModel(other), sent),
	};
}
