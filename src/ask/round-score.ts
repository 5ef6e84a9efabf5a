/** Scores go out with four decimals, as the hosted service's do; thresholds are held against what was shown. */
export function roundScore(score: number): number {
	return Math.round(score * 10_000) / 10_000;
}
