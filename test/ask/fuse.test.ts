import fc from "fast-check";
import { expect, test } from "vitest";
import { EVEN, fuse } from "../../src/ask/fuse.ts";

const score = fc.double({ min: -10, max: 100, noNaN: true });
const share = fc.double({ min: 0, max: 1, noNaN: true });
const weights = fc.record({ lexical: share, dense: share });

test("every score lies in 0..1, whatever the searches say", () => {
	fc.assert(
		fc.property(
			fc.option(score),
			fc.option(fc.oneof(score, fc.constant(Number.NaN))),
			score,
			weights,
			(lexical, dense, best, w) => {
				for (const part of Object.values(fuse({ lexical, dense }, best, w))) {
					if (part === null) continue;
					expect(part).toBeGreaterThanOrEqual(0);
					expect(part).toBeLessThanOrEqual(1);
				}
			},
		),
	);
});

test("the fused score lies between its two parts", () => {
	fc.assert(
		fc.property(share, share, weights, (lexical, dense, w) => {
			fc.pre(w.lexical + w.dense > 0.01);
			const { score } = fuse({ lexical, dense }, 1, w);
			expect(score).toBeGreaterThanOrEqual(Math.min(lexical, dense) - 1e-9);
			expect(score).toBeLessThanOrEqual(Math.max(lexical, dense) + 1e-9);
		}),
	);
});

test("a chunk that is better by both searches never scores lower", () => {
	fc.assert(
		fc.property(share, share, share, share, weights, (a, b, c, d, w) => {
			const worse = fuse({ lexical: Math.min(a, b), dense: Math.min(c, d) }, 1, w);
			const better = fuse({ lexical: Math.max(a, b), dense: Math.max(c, d) }, 1, w);
			expect(better.score).toBeGreaterThanOrEqual(worse.score - 1e-12);
		}),
	);
});

test.each([
	{ name: "both count the same by default", weights: EVEN, score: 0.4 },
	{ name: "only the sum's shares matter, not the weights' size", weights: { lexical: 7, dense: 7 }, score: 0.4 },
	{ name: "a weight of 0 leaves its search out", weights: { lexical: 0, dense: 1 }, score: 0.6 },
	{ name: "and so on the other side", weights: { lexical: 3, dense: 0 }, score: 0.2 },
])("$name", ({ weights, score }) => {
	expect(fuse({ lexical: 2, dense: 0.6 }, 10, weights)).toEqual({
		score: expect.closeTo(score),
		lexical: 0.2,
		dense: 0.6,
	});
});

test("a search that did not run leaves the score to the other, at full weight", () => {
	expect(fuse({ lexical: 5, dense: null }, 10, EVEN)).toEqual({ score: 0.5, lexical: 0.5, dense: null });
	expect(fuse({ lexical: null, dense: 0.3 }, 10, EVEN)).toEqual({ score: 0.3, lexical: null, dense: 0.3 });
	expect(fuse({ lexical: null, dense: null }, 10, EVEN)).toEqual({ score: 0, lexical: null, dense: null });
});

test("vectors that point away say no more than vectors that have nothing in common", () => {
	expect(fuse({ lexical: null, dense: -0.8 }, 1, EVEN).dense).toBe(0);
});
