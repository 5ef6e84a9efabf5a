import type { Handle } from "../db/handle.ts";
import { sparseVector } from "../lexical/sparse-vector.ts";
import { matchTerms } from "../store/matched-terms.ts";
import type { Explanation } from "../types.ts";
import type { Candidate, QuestionTrace } from "./candidate.ts";

/** How each candidate came to its scores, by its chunk's id; one statement for each query and index. */
export async function explain(db: Handle, candidates: Candidate[]): Promise<Map<string, Explanation>> {
	const explained = new Map<string, Explanation>();
	for (const [trace, group] of Map.groupBy(candidates, (candidate) => candidate.trace)) {
		const shares = await sharesOf(db, trace, group);
		for (const candidate of group) {
			explained.set(candidate.chunk_id, explanationOf(candidate, shares.get(candidate.id) ?? []));
		}
	}
	return explained;
}

async function sharesOf(db: Handle, { index_id, terms, best }: QuestionTrace, group: Candidate[]) {
	const idfs = new Map(terms.map(({ term, idf }) => [term, idf]));
	const vectors = terms.map(({ term, id, idf }) => ({ term, vector: sparseVector([[id, idf]]) }));
	const ids = group.map(({ id }) => id);
	const shares = new Map<number, Explanation["matched_terms"]>(ids.map((id) => [id, []]));
	for (const { chunk, term, score } of await matchTerms(db, index_id, ids, vectors)) {
		shares.get(chunk)?.push({ term, idf: idfs.get(term) as number, score: shareOf(score, best) });
	}
	return shares;
}

function explanationOf({ trace, gains, fused, ranks }: Candidate, matched_terms: Explanation["matched_terms"]) {
	return {
		query: trace.query,
		matched_terms,
		name_score: shareOf(gains.name, trace.best),
		language_bonus: shareOf(gains.language, trace.best),
		fused_score: fused.score,
		ranks: { ...ranks, fused: fused.rank },
	};
}

function shareOf(part: number, best: number): number {
	return best > 0 ? part / best : 0;
}
