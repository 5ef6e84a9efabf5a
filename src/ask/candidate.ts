import type { Scores } from "../types.ts";
import type { WeighedQuestion } from "./weigh-question.ts";

/** What a query was searched by in an index; shared by all that it found there. */
export type QuestionTrace = {
	query: string;
	index_id: number;
	terms: WeighedQuestion["terms"];
	/** What lexical scores were divided by: the most that a chunk could have scored. */
	best: number;
};

/** A chunk that a query found in an index, with what is needed to explain it; what it says is read once it is wanted. */
export type Hit = {
	chunk_id: string;
	/** The chunk's row in the index of `trace`. */
	id: number;
	/** 0..1 */
	score: number;
	scores: Scores;
	trace: QuestionTrace;
	/** Parts of the lexical score beside its words, before it is divided by `trace.best`. */
	gains: { name: number; language: number };
	/** Its places in the two searches, from 1; null where one did not find it. */
	ranks: { lexical: number | null; dense: number | null };
};

/** A hit on its way through the stages; `fused`: its score and its place, from 1, among all that its query found. */
export type Candidate = Hit & { fused: { score: number; rank: number } };

/** Best first; those that score the same come in the order in which they were written, which is that of reading. */
export function byScore(a: Hit, b: Hit): number {
	return b.score - a.score || a.trace.index_id - b.trace.index_id || a.id - b.id;
}
