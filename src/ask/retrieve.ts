import type { Handle } from "../db/handle.ts";
import type { Filter } from "../filter.ts";
import type { Embedder } from "../models/embedder.ts";
import type { Reranker } from "../models/reranker.ts";
import type { Passage } from "../types.ts";
import { cut } from "./cut.ts";
import { embedQueries } from "./embed-queries.ts";
import { explain } from "./explain.ts";
import type { FusionWeights } from "./fuse.ts";
import { openIndexes } from "./open-indexes.ts";
import type { Query } from "./plan-queries.ts";
import { readNeighbours } from "./read-neighbours.ts";
import { readPassages } from "./read-passages.ts";
import { rerank } from "./rerank.ts";
import { searchQueries } from "./search-queries.ts";
import { countStages, type StageCounts } from "./stage-counts.ts";

/** The optional stage after fusion: who scores anew, and how many passages of one search. */
export type Reranking = { reranker: Reranker; candidates: number };

export type Retrieval = {
	vectorStoreIds: string[];
	/** Of the one store that is asked: this index instead of the active one. */
	indexId?: number;
	/** As planned (plan-queries.ts); each is searched by itself. */
	queries: Query[];
	filter: Filter | null;
	limit: number;
	scoreThreshold: number;
	weights: FusionWeights | null;
	/** null: the fused scores are the last word. */
	reranking: Reranking | null;
	/** Whether each passage is to say how it came to its scores. */
	explained: boolean;
	/** What stands beside so many of the best passages is read too. */
	besides: number;
	signal?: AbortSignal;
};

export type Retrieved = {
	/** Best first. */
	passages: Passage[];
	/** The same in the order in which the queries take turns: what a budget is to be filled in. */
	inTurns: Passage[];
	/** What stands beside the best: for what is left of a budget. */
	neighbours: Passage[];
	stages: StageCounts;
};

type Deps = { db: Handle; embedder: Embedder | null };

/** The passages that fit the queries best. A search that fails throws; it never comes back empty instead. */
export async function retrieve({ db, embedder }: Deps, asked: Retrieval): Promise<Retrieved> {
	const { queries, limit, reranking, signal } = asked;
	const pool = reranking ? Math.max(limit, reranking.candidates) : limit;

	const indexes = await openIndexes(db, embedder, asked.vectorStoreIds, asked.indexId);
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
		passages: inTurns.toSorted((a, b) => b.score - a.score),
		inTurns,
		neighbours,
		stages: countStages(found, scored?.reranked ?? null, left),
	};
}
