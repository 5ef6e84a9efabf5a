import type { Reranking } from "../ask/retrieve.ts";
import type { Rewriter } from "../ask/rewrite-queries.ts";
import type { HttpDeps } from "./env.ts";

/** Who rewrites the question of an answer that `answering` gives: only where the owner turned it on. */
export function rewriterOfAnswers({ config, chat, log }: HttpDeps, answering: string): Rewriter | null {
	if (config.REWRITE_QUERIES === "off") return null;
	const model = config.REWRITE_MODEL || answering;
	if (!chat.generates(model)) return null;
	return { chat, model, timeoutMs: config.REWRITE_TIMEOUT_SECONDS * 1000, log };
}

/** Who rewrites for a search that asks for it; a search names no model, so that the settings must. */
export function rewriterOfSearches({ config, chat, log }: HttpDeps): Rewriter | null {
	const { REWRITE_MODEL, MODEL_ALIASES } = config;
	const model = REWRITE_MODEL || MODEL_ALIASES.get("*") || [...MODEL_ALIASES.values()][0];
	// Where none is set, any name tells whether there is a server at all.
	if (!chat.generates(model ?? "")) return null;
	if (model) return { chat, model, timeoutMs: config.REWRITE_TIMEOUT_SECONDS * 1000, log };
	log.warn({}, "rewrite_query: no model is set to rewrite with, the query is searched as it is. Set REWRITE_MODEL");
	return null;
}

/** Who scores anew; `ranker: "none"` turns it off for a request. */
export function rerankingFor({ config, reranker }: HttpDeps, ranker: string | undefined): Reranking | null {
	return reranker && ranker !== "none" ? { reranker, candidates: config.RERANK_CANDIDATES } : null;
}
