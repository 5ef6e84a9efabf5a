import { randomOf } from "./random.ts";
import { meanOf } from "./summarise.ts";

const RESAMPLES = 2_000;
/** Any will do, as long as it stays: the same figures then have the same interval. */
const SEED = 20_261_128;
const [LOW, HIGH] = [0.025, 0.975];

/**
 * The mean of paired differences, one for each question, with its 95 % interval by the percentile bootstrap (Efron and
 * Tibshirani, "An Introduction to the Bootstrap", 1993, ch. 13): questions are drawn with replacement, as many as there are,
 * 2,000 times, and the interval holds the middle 95 % of the means.
 */
export function intervalOf(differences: number[]): { mean: number; low: number; high: number } {
	const random = randomOf(SEED);
	const count = differences.length;
	const means = Float64Array.from({ length: RESAMPLES }, () => {
		let sum = 0;
		for (let drawn = 0; drawn < count; drawn++) sum += differences[Math.floor(random() * count)] as number;
		return sum / count;
	}).toSorted();
	return { mean: meanOf(differences), low: quantileOf(means, LOW), high: quantileOf(means, HIGH) };
}

/** Between the two nearest places in proportion. */
function quantileOf(sorted: Float64Array, share: number): number {
	const place = (sorted.length - 1) * share;
	const [below, above] = [sorted[Math.floor(place)] as number, sorted[Math.ceil(place)] as number];
	return below + (above - below) * (place - Math.floor(place));
}
