import type { Handle } from "../db/handle.ts";
import type { Filter } from "../filter.ts";
import type { ChatMessage } from "../models/chat-model.ts";
import type { Embedder } from "../models/embedder.ts";
import type { Reranker } from "../models/reranker.ts";
import type { Passage } from "../types.ts";
import { cut } from "./cut.ts";
import { embedQueries } from "./embed-queries.ts";
import { explain } from "./explain.ts";
import type { FusionWeights } from "./fuse.ts";
import { openIndexes } from "./open-indexes.ts";
import { planQueries } from "./plan-queries.ts";
import { readNeighbours } from "./read-neighbours.ts";
import { readPassages } from "./read-passages.ts";
import { rerank } from "./rerank.ts";
import type { Rewrite, Rewriter } from "./rewrite-queries.ts";
import { searchQueries } from "./search-queries.ts";
import { countStages, type StageCounts } from "./stage-counts.ts";

/** The optional stage after fusion: who scores anew, and how many passages of one search. */
export type Reranking = { reranker: Reranker; candidates: number };

export type Retrieval = {
	vectorStoreIds: string[];
	/** Of the one store that is asked: this index instead of the active one. */
	indexId?: number;
	/** Each is searched by itself. */
	questions: string[];
	/** Earlier questions of the conversation: their words count too, but less. */
	background: string;
	/** The conversation before the questions, for the rewriter. */
	history: ChatMessage[];
	filter: Filter | null;
	limit: number;
	scoreThreshold: number;
	weights: FusionWeights | null;
	/** null: the questions are searched as they are. */
	rewriter: Rewriter | null;
	/** null: the fused scores are the last word. */
	reranking: Reranking | null;
	/** Whether each passage is to say how it came to its scores. */
	explained: boolean;
	/** What stands beside so many of the best passages is read too. */
	besides: number;
	signal?: AbortSignal;
};

export type Retrieved = {
	/** What was really searched. */
	queries: string[];
	/** Best first. */
	passages: Passage[];
	/** The same in the order in which the queries take turns: what a budget is to be filled in. */
	inTurns: Passage[];
	/** What stands beside the best: for what is left of a budget. */
	neighbours: Passage[];
	rewrite: Rewrite | null;
	stages: StageCounts;
};

type Deps = { db: Handle; embedder: Embedder | null };

/** The passages that fit the questions best. A search that fails throws; it never comes back empty instead. */
export async function retrieve({ db, embedder }: Deps, asked: Retrieval): Promise<Retrieved> {
	const { limit, reranking, signal } = asked;
	const pool = reranking ? Math.max(limit, reranking.candidates) : limit;

	const indexes = await openIndexes(db, embedder, asked.vectorStoreIds, asked.indexId);
	const { queries, rewrite } = await planQueries({ ...asked, signal });
	const embeddings = embedQueries(embedder, indexes, queries, asked);
	const found = await searchQueries(db, indexes, queries, embeddings, { ...asked, limit: pool });
	const fused = found.map(({ candidates }) => candidates);
	const scored = reranking ? await rerank(db, reranking.reranker, queries, fused, pool, signal) : null;
	const left = cut(scored?.lists ?? fused, asked.scoreThreshold, limit);
	const read = await readPassages(db, left.kept);
	const neighbours = await readNeighbours(db, left.kept, read, asked.besides);
	const explanations = asked.explained ? await explain(db, left.kept) : null;

	const inTurns = read.map((passage) => ({ ...passage, explanation: explanations?.get(passage.chunk_id) }));
	return {
		queries: queries.map(({ text }) => text),
		passages: inTurns.toSorted((a, b) => b.score - a.score),
		inTurns,
		neighbours,
		rewrite,
		stages: countStages(found, scored?.reranked ?? null, left),
	};
}
