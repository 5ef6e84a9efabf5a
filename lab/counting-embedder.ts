import type { Embedder } from "../src/models/embedder.ts";
import { countTokens } from "../src/models/tokens.ts";
import { wrapEmbedder } from "./wrap-embedder.ts";

/** An embedder that tells how many tokens it was really sent, once they are answered: those are paid for. */
export function countingEmbedder(embedder: Embedder, sent: (tokens: number) => Promise<void>): Embedder {
	return wrapEmbedder(embedder, (inner) => async (texts, options) => {
		const vectors = await inner.embed(texts, options);
		await sent(texts.reduce((sum, text) => sum + countTokens(text), 0));
		return vectors;
	});
}
