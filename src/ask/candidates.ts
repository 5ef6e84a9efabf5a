/** A term that questions are searched by; `df`: in how many chunks its word is, whatever its form. */
export type WeightedTerm = { term: string; df: number };

/**
 * So many chunks are looked at for a question, or this share of them all where that is more: its rarest words decide, and
 * its common ones cost most of the time. On 200,000 chunks (`bench/search.ts`' texts, 100 questions) the rarest words of
 * 4,000 chunks in sum kept 99.9 % of the ten best of all words, in 9 ms at the median instead of 28, and 13 instead of
 * 125 at the 95th percentile; 2,000 kept 97 %. Each word in at most 2 % of the chunks, as it was before, kept as many and
 * took 22 ms at the 95th percentile, because questions have several such words.
 */
const LOOKED_AT = 4_000;
const LOOKED_AT_SHARE = 0.005;

/**
 * The terms a chunk must hold one of to be looked at, and the most chunks that can be: the rarest, as many as are
 * affordable, and always one. Ranking then counts every term of the query.
 */
export function chooseCandidates(terms: WeightedTerm[], chunkCount: number): { terms: string[]; most: number } {
	const known = terms.filter((term) => term.df > 0).toSorted((a, b) => a.df - b.df);
	const budget = Math.max(LOOKED_AT, chunkCount * LOOKED_AT_SHARE);
	const chosen: string[] = [];
	let most = 0;
	for (const { term, df } of known) {
		if (chosen.length > 0 && most + df > budget) break;
		chosen.push(term);
		most += df;
	}
	return { terms: chosen, most };
}
