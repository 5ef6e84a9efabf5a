/** What the two searches say of a chunk: BM25 with its document's share, and cosine; null where one did not run. */
export type RawScores = { lexical: number | null; dense: number | null };

export type FusionWeights = { lexical: number; dense: number };

/** Without a word from the client both searches count the same. */
export const EVEN: FusionWeights = { lexical: 0.5, dense: 0.5 };

/**
 * One score in 0..1 by convex combination of bounded scores (Bruch, Gai & Ingber, "An Analysis of Fusion Functions for
 * Hybrid Retrieval", 2023): BM25 divided by the most that the query could score, cosine clipped at 0. Unlike ranks,
 * these keep how much better one passage is than the next, and give a threshold a meaning.
 */
export function fuse(
	raw: RawScores,
	bestLexical: number,
	weights: FusionWeights,
): { score: number; lexical: number | null; dense: number | null } {
	const lexical =
		raw.lexical === null ? null : bestLexical > 0 ? Math.min(1, Math.max(0, raw.lexical / bestLexical)) : 0;
	// A vector of zeros points nowhere: its cosine is NaN.
	const dense = raw.dense === null ? null : Math.min(1, Math.max(0, raw.dense || 0));
	if (dense === null) return { score: lexical ?? 0, lexical, dense };
	if (lexical === null) return { score: dense, lexical, dense };
	const sum = weights.lexical + weights.dense;
	return { score: sum > 0 ? (weights.lexical * lexical + weights.dense * dense) / sum : 0, lexical, dense };
}
