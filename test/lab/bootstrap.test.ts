import fc from "fast-check";
import { expect, test } from "vitest";
import { intervalOf } from "../../lab/bootstrap.ts";
import { randomOf, shuffled } from "../../lab/random.ts";

const differences = fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 1, maxLength: 40 });

test("the same differences have the same interval", () => {
	fc.assert(
		fc.property(differences, (given) => {
			expect(intervalOf([...given])).toEqual(intervalOf(given));
		}),
		{ numRuns: 20 },
	);
});

test("an interval lies within the differences, around nothing else", () => {
	fc.assert(
		fc.property(differences, (given) => {
			const { mean, low, high } = intervalOf(given);
			const [least, most] = [Math.min(...given), Math.max(...given)];
			expect(low).toBeLessThanOrEqual(high);
			for (const value of [mean, low, high]) {
				expect(value).toBeGreaterThanOrEqual(least - 1e-12);
				expect(value).toBeLessThanOrEqual(most + 1e-12);
			}
		}),
		{ numRuns: 50 },
	);
});

test("where all questions differ by the same there is no doubt", () => {
	expect(intervalOf([0.25, 0.25, 0.25])).toEqual({ mean: 0.25, low: 0.25, high: 0.25 });
});

test("the more questions, the narrower", () => {
	const random = randomOf(1);
	const width = (count: number) => {
		const { low, high } = intervalOf(Array.from({ length: count }, () => random()));
		return high - low;
	};
	expect(width(1000)).toBeLessThan(width(50) / 2);
});

/** Of means of 40 differences that are as often 1 as 0 the middle 95 % reach from 0.345 to 0.655 by the normal curve. */
test("an interval is as wide as theory has it", () => {
	const { low, high } = intervalOf(Array.from({ length: 40 }, (_, place) => place % 2));
	expect(low).toBeCloseTo(0.345, 1);
	expect(high).toBeCloseTo(0.655, 1);
});

test("intervals of samples hold the true mean some 95 times of a hundred", () => {
	const random = randomOf(7);
	const held = Array.from({ length: 200 }, () => {
		const { low, high } = intervalOf(Array.from({ length: 60 }, () => random() - 0.3));
		return low <= 0.2 && high >= 0.2;
	});
	const share = held.filter(Boolean).length / held.length;
	expect(share).toBeGreaterThan(0.88);
	expect(share).toBeLessThan(1);
});

test("what is shuffled is all there, in the same order for the same seed and in another for another", () => {
	const items = Array.from({ length: 50 }, (_, place) => place);
	const order = shuffled(items, randomOf(3));
	expect(order.toSorted((a, b) => a - b)).toEqual(items);
	expect(order).toEqual(shuffled(items, randomOf(3)));
	expect(order).not.toEqual(shuffled(items, randomOf(4)));
});

test("chance is spread evenly", () => {
	const random = randomOf(11);
	const counts = new Array<number>(10).fill(0);
	for (let drawn = 0; drawn < 10_000; drawn++) {
		const place = Math.floor(random() * 10);
		counts[place] = (counts[place] as number) + 1;
	}
	for (const count of counts) expect(Math.abs(count - 1000)).toBeLessThan(150);
});
