import type { Candidate } from "../../src/ask/candidate.ts";
import { passage } from "./passage.ts";

/** A candidate of a query with a score; passages of the same name are the same chunk. */
export function candidate(name: string, score: number, query = "q"): Candidate {
	return {
		passage: passage({ text: name, chunk_id: name, file_id: name, score }),
		trace: { query, index_id: 1, terms: [], best: 1 },
		id: 1,
		gains: { name: 0, language: 0 },
		ranks: { lexical: null, dense: null },
		fused: { score, rank: 1 },
	};
}

/** A query's list, best first, as names and scores: `{ a: 0.9, b: 0.5 }`. */
export function listOf(scores: Record<string, number>, query = "q"): Candidate[] {
	return Object.entries(scores)
		.map(([name, score]) => candidate(name, score, query))
		.toSorted((a, b) => b.passage.score - a.passage.score);
}

export const namesOf = (candidates: Candidate[]) => candidates.map(({ passage }) => passage.chunk_id);
