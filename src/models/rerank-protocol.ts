import { ExcerptError } from "../errors.ts";

/**
 * The two forms of `POST /rerank`. Text Embeddings Inference serves one model and takes `texts`; Jina, Cohere, vLLM,
 * LiteLLM, Infinity and llama.cpp take `documents` and the name of a model.
 */
export function rerankBody(model: string, query: string, texts: string[]): object {
	// Too long a passage is cut rather than refused, as the others do unasked.
	if (model === "") return { query, texts, raw_scores: false, truncate: true };
	return { model, query, documents: texts, top_n: texts.length };
}

type Ranked = { index?: unknown; score?: unknown; relevance_score?: unknown };

/**
 * The scores in the order of the texts, as the server means them. Either form is read, whichever was asked in: gateways
 * translate. Throws `upstream_error` where they are not one finite number for each text.
 */
export function readScores(answer: unknown, count: number): number[] {
	const { results, data } = (answer ?? {}) as { results?: unknown; data?: unknown };
	const ranked = [answer, results, data].find(Array.isArray) as Ranked[] | undefined;
	const scores = new Map<unknown, unknown>(ranked?.map((one) => [one?.index, one?.relevance_score ?? one?.score]));
	return Array.from({ length: count }, (_, place) => {
		const score = scores.get(place);
		if (typeof score === "number" && Number.isFinite(score)) return score;
		throw new ExcerptError(
			"upstream_error",
			`The reranking server sent no score for text ${place + 1} of ${count}. Check that RERANK_URL serves /rerank, and that RERANK_MODEL is set for all servers but Text Embeddings Inference.`,
		);
	});
}
