import pMap from "p-map";
import type { Handle } from "../db/handle.ts";
import type { Reranker } from "../models/reranker.ts";
import type { Passage } from "../types.ts";
import { byScore, type Candidate } from "./candidate.ts";
import { takeTurns } from "./merge-queries.ts";
import { type Query, withBackground } from "./plan-queries.ts";
import { readPassages } from "./read-passages.ts";

/** Requests under way at a time: one for each query that found something. */
const CONCURRENCY = 4;

export type Reranked = { lists: Candidate[][]; reranked: number };

/**
 * The best `count` passages scored anew, each by the query that found it best: what answers one part of a question says
 * little to the whole of it. So the work stays the same however many queries there are. Passages past them are dropped:
 * their scores do not compare with the reranker's. Throws as the reranker does.
 */
export async function rerank(
	db: Handle,
	reranker: Reranker,
	queries: Query[],
	lists: Candidate[][],
	count: number,
	signal: AbortSignal | undefined,
): Promise<Reranked> {
	const chosen = takeTurns(lists).slice(0, count);
	const texts = new Map((await readPassages(db, chosen)).map((passage) => [passage.chunk_id, textOf(passage)]));
	const asked = new Map(queries.map((query) => [query.text, withBackground(query)]));
	const byQuery = Map.groupBy(chosen, ({ trace }) => trace.query);
	const scoreAnew = async ([text, candidates]: [string, Candidate[]]) => {
		const query = asked.get(text) as string;
		const fused = candidates.filter(({ chunk_id }) => texts.has(chunk_id)).toSorted(byScore);
		const read = fused.map(({ chunk_id }) => texts.get(chunk_id) as string);
		const scores = await reranker.rerank(query, read, { signal });
		const anew = fused.map((candidate, place) => withScore(candidate, scores[place] as number));
		// Sorting is stable: those that the reranker cannot tell apart stay in the order they came in.
		return anew.toSorted((a, b) => b.score - a.score);
	};
	const scored = await pMap(byQuery, scoreAnew, { concurrency: CONCURRENCY });
	return { lists: scored, reranked: chosen.length };
}

/** The names that tell similar documents apart stand above their passages, not in them. */
function textOf({ filename, context, text }: Passage): string {
	return [filename, context, text].filter((line) => line !== "").join("\n");
}

function withScore(candidate: Candidate, score: number): Candidate {
	return { ...candidate, score, scores: { ...candidate.scores, rerank: score } };
}
