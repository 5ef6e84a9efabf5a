import type OpenAI from "openai";
import { ExcerptError } from "../errors.ts";
import type { Embedder } from "./embedder.ts";
import { upstreamError } from "./openai-client.ts";

/** `/embeddings` of any OpenAI-compatible server. */
export function createOpenAIEmbedder(client: OpenAI, model: string, dimensions: number | undefined): Embedder {
	return {
		model,
		// OpenAI takes 2,048 texts and 300,000 tokens a request; many local servers far fewer, and gain nothing from more.
		maxTexts: 96,
		maxTokens: 30_000,
		async embed(texts, { signal } = {}) {
			try {
				const response = await client.embeddings.create(
					// Asked for by name: left out, the client asks for base64, which not every server knows.
					{ model, input: texts, encoding_format: "float", ...(dimensions && { dimensions }) },
					{ signal },
				);
				// What is no API answers too, with no data.
				const vectors = (response.data ?? []).toSorted((a, b) => a.index - b.index).map((item) => item.embedding);
				if (vectors.length !== texts.length) {
					throw new ExcerptError(
						"upstream_error",
						`The embedding server sent ${vectors.length} vectors for ${texts.length} texts.`,
					);
				}
				return vectors;
			} catch (error) {
				throw error instanceof ExcerptError ? error : upstreamError(error, "embedding", client);
			}
		},
	};
}
