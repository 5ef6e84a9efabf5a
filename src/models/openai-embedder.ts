import OpenAI from "openai";
import type { Embedding as WireEmbedding } from "openai/resources/embeddings";
import { ExcerptError } from "../errors.ts";
import type { Embedder, Embedding } from "./embedder.ts";
import { upstreamError } from "./openai-client.ts";

/** `/embeddings` of any OpenAI-compatible server. */
export function createOpenAIEmbedder(client: OpenAI, model: string, dimensions: number | undefined): Embedder {
	// A quarter of the bytes of numbers written out, and read ten times as fast. Servers that do not know it send numbers all
	// the same, or refuse it by name; then numbers are asked for from there on.
	let encoding: "base64" | "float" = "base64";

	async function request(input: string[], signal: AbortSignal | undefined): Promise<WireEmbedding[]> {
		try {
			const response = await client.embeddings.create(
				{ model, input, encoding_format: encoding, ...(dimensions && { dimensions }) },
				{ signal },
			);
			// What is no API answers too, with no data.
			return response.data ?? [];
		} catch (error) {
			const refused = error instanceof OpenAI.APIError && (error.status === 400 || error.status === 422);
			if (encoding === "float" || !refused || !/encoding|base64/i.test(error.message)) throw error;
			encoding = "float";
			return request(input, signal);
		}
	}

	return {
		model,
		...(dimensions && { dimensions }),
		// OpenAI takes 2,048 texts and 300,000 tokens a request; many local servers far fewer, and gain nothing from more.
		maxTexts: 96,
		maxTokens: 30_000,
		withModel: (other) => createOpenAIEmbedder(client, other, dimensions),
		async embed(texts, { signal } = {}) {
			try {
				const data = await request(texts, signal);
				const vectors = data.toSorted((a, b) => a.index - b.index).map((item) => decoded(item.embedding));
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

/** Numbers as they are, or the bytes of 32-bit floats, little-endian. */
function decoded(embedding: number[] | string): Embedding {
	if (typeof embedding !== "string") return embedding;
	const bytes = Buffer.from(embedding, "base64");
	return Array.from({ length: bytes.length >> 2 }, (_, place) => bytes.readFloatLE(4 * place));
}
