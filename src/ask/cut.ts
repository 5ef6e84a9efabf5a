import type { Candidate } from "./candidate.ts";
import { takeTurns } from "./merge-queries.ts";
import { roundScore } from "./round-score.ts";

export type Cut = {
	/** In the order in which the queries take turns: what a budget is to be filled in. */
	kept: Candidate[];
	below_threshold: number;
	over_limit: number;
};

/** What is left of each query's passages under a threshold on the score that is shown, and a limit on them all. */
export function cut(lists: Candidate[][], scoreThreshold: number, limit: number): Cut {
	const found = new Set(lists.flat().map(({ chunk_id }) => chunk_id)).size;
	// Before the limit: what the threshold takes away must not have taken a place.
	const due = takeTurns(lists.map((list) => list.filter(({ score }) => roundScore(score) >= scoreThreshold)));
	const kept = due.slice(0, limit);
	return { kept, below_threshold: found - due.length, over_limit: due.length - kept.length };
}
