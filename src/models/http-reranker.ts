import OpenAI from "openai";
import { ExcerptError } from "../errors.ts";
import { createClientAt, upstreamError } from "./openai-client.ts";
import { readScores, rerankBody } from "./rerank-protocol.ts";
import type { Reranker } from "./reranker.ts";

/** Text Embeddings Inference takes 32 texts a request unless told otherwise (`--max-client-batch-size`). */
const TEI_BATCH = 32;
/** Cohere and others count a request of up to 100 texts as one. */
const DOCUMENTS_BATCH = 100;

/** A probability may come out a hair over 1; what a model puts out is far from it sooner or later. */
const ROUNDING = 0.001;

export type RerankSettings = { RERANK_URL: string; RERANK_MODEL: string; RERANK_API_KEY: string };

/** `POST /rerank` of any server that has it; the client is OpenAI's, for its retries, time limits and errors. */
export function createHttpReranker({ RERANK_URL, RERANK_MODEL, RERANK_API_KEY }: RerankSettings): Reranker {
	const client = createClientAt(RERANK_URL.replace(/\/rerank\/?$/, ""), RERANK_API_KEY);
	const batch = RERANK_MODEL === "" ? TEI_BATCH : DOCUMENTS_BATCH;
	// llama.cpp and others send what the model puts out, which may lie anywhere. One answer may lie in 0..1 by chance; who has
	// once sent a score outside is not believed again, so that the scores of one server always mean the same.
	let logits = false;

	async function request(query: string, texts: string[], signal: AbortSignal | undefined): Promise<number[]> {
		try {
			const body = rerankBody(RERANK_MODEL, query, texts);
			return readScores(await client.post("/rerank", { body, signal }), texts.length);
		} catch (error) {
			if (!(error instanceof OpenAI.APIError && error.status === 413 && texts.length > 1)) throw error;
			const half = Math.ceil(texts.length / 2);
			return [
				...(await request(query, texts.slice(0, half), signal)),
				...(await request(query, texts.slice(half), signal)),
			];
		}
	}

	return {
		async rerank(query, texts, { signal } = {}) {
			try {
				const scores: number[] = [];
				for (let start = 0; start < texts.length; start += batch) {
					scores.push(...(await request(query, texts.slice(start, start + batch), signal)));
				}
				logits ||= scores.some((score) => score < -ROUNDING || score > 1 + ROUNDING);
				return scores.map((score) => (logits ? sigmoid(score) : Math.min(1, Math.max(0, score))));
			} catch (error) {
				throw error instanceof ExcerptError ? error : upstreamError(error, "reranking", client, SETTINGS);
			}
		},
	};
}

const SETTINGS = { address: "RERANK_URL", key: "RERANK_API_KEY" };

function sigmoid(logit: number): number {
	return 1 / (1 + Math.exp(-logit));
}
