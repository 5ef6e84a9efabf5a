import type { Helper } from "../ask/call-beside.ts";
import type { Reranking } from "../ask/retrieve.ts";
import type { HttpDeps } from "./env.ts";
import { usualModel } from "./usual-model.ts";

/** Who rewrites the question of an answer that `answering` gives: only where the owner turned it on. */
export function rewriterOfAnswers({ config, chat, log }: HttpDeps, answering: string): Helper | null {
	if (config.REWRITE_QUERIES === "off") return null;
	return helperOf({ chat, log }, config.REWRITE_MODEL || answering, config.REWRITE_TIMEOUT_SECONDS);
}

/** Who writes notes of earlier turns: only where the owner turned it on. */
export function summariserOfAnswers({ config, chat, log }: HttpDeps, answering: string): Helper | null {
	if (config.SUMMARISE_HISTORY === "off") return null;
	return helperOf({ chat, log }, config.SUMMARISE_MODEL || answering, config.SUMMARISE_TIMEOUT_SECONDS);
}

/** Who rewrites for a search that asks for it; a search names no model, so that the settings must. */
export function rewriterOfSearches({ config, chat, log }: HttpDeps): Helper | null {
	const model = config.REWRITE_MODEL || usualModel(config);
	// Where none is set, any name tells whether there is a server at all.
	if (!chat.generates(model ?? "")) return null;
	if (model) return { chat, model, timeoutMs: config.REWRITE_TIMEOUT_SECONDS * 1000, log };
	log.warn({}, "rewrite_query: no model is set to rewrite with, the query is searched as it is. Set REWRITE_MODEL");
	return null;
}

/** Null for a model that cannot write. */
function helperOf({ chat, log }: Pick<HttpDeps, "chat" | "log">, model: string, seconds: number): Helper | null {
	return chat.generates(model) ? { chat, model, timeoutMs: seconds * 1000, log } : null;
}

/** Who scores anew; `ranker: "none"` turns it off for a request. */
export function rerankingFor({ config, reranker }: HttpDeps, ranker: string | undefined): Reranking | null {
	return reranker && ranker !== "none" ? { reranker, candidates: config.RERANK_CANDIDATES } : null;
}
