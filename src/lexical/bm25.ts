/**
 * BM25 as a product of two sparse vectors: a chunk's term weights, stored with it, and the query's IDFs.
 *
 * Robertson & Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond" (2009), with the IDF that Lucene uses,
 * which is never negative. k1 and b are those of the published baselines on BEIR (Anserini).
 */
export const K1 = 0.9;
export const B = 0.4;

/** Weight of a term that occurs `tf` times in a chunk of `length` terms; rises with `tf` towards `K1 + 1`. */
export function termWeight(tf: number, length: number, averageLength: number): number {
	return (tf * (K1 + 1)) / (tf + K1 * (1 - B + (B * length) / averageLength));
}

/** Inverse document frequency of a term that `df` of `total` chunks hold. */
export function idf(df: number, total: number): number {
	return Math.log(1 + (total - df + 0.5) / (df + 0.5));
}

/** The most that a query of these IDFs could score: every term, without end. Scores divided by it lie in 0..1. */
export function bestScore(idfs: Iterable<number>): number {
	let sum = 0;
	for (const value of idfs) sum += value * (K1 + 1);
	return sum;
}
