import type { Candidate } from "../../src/ask/candidate.ts";

/** A candidate of a query with a score; passages of the same name are the same chunk. */
export function candidate(name: string, score: number, query = "q"): Candidate {
	return {
		chunk_id: name,
		id: 1,
		score,
		scores: { lexical: score, dense: null, rerank: null },
		trace: { query, index_id: 1, terms: [], best: 1 },
		gains: { name: 0, language: 0 },
		ranks: { lexical: null, dense: null },
		fused: { score, rank: 1 },
	};
}

/** A query's list, best first, as names and scores: `{ a: 0.9, b: 0.5 }`. */
export function listOf(scores: Record<string, number>, query = "q"): Candidate[] {
	return Object.entries(scores)
		.map(([name, score]) => candidate(name, score, query))
		.toSorted((a, b) => b.score - a.score);
}

export const namesOf = (candidates: Candidate[]) => candidates.map(({ chunk_id }) => chunk_id);
