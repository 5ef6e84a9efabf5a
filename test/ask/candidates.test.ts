import fc from "fast-check";
import { expect, test } from "vitest";
import { chooseCandidates } from "../../src/ask/candidates.ts";

const term = (df: number, place = 0) => ({ term: `${place} in ${df}`, id: df, df });

test.each([
	{ name: "in a small index every known term counts", chunks: 500, dfs: [3, 400, 500], chosen: [3, 400, 500] },
	{
		name: "in a large one the rarest do, as long as all that hold them can be looked at",
		chunks: 200_000,
		dfs: [1_500, 5, 2_496, 1_000],
		chosen: [5, 1_000, 1_500],
	},
	{
		name: "in a very large one as many as a share of it",
		chunks: 2_000_000,
		dfs: [5_000, 4_000],
		chosen: [4_000, 5_000],
	},
	{ name: "the rarest always does, however common", chunks: 200_000, dfs: [150_000, 90_000], chosen: [90_000] },
	{ name: "terms that no chunk holds find nothing", chunks: 500, dfs: [0, 0], chosen: [] },
])("$name", ({ chunks, dfs, chosen }) => {
	const { terms, most } = chooseCandidates(
		dfs.map((df) => term(df)),
		chunks,
	);
	expect(terms).toEqual(chosen.map((df) => term(df).term));
	expect(most).toBe(chosen.reduce((sum, df) => sum + df, 0));
});

test("a question that shares a word with the index always has a candidate, the rarest first, and never costs much more", () => {
	fc.assert(
		fc.property(fc.array(fc.nat(1_000_000), { minLength: 1 }), fc.nat(10_000_000), (dfs, chunks) => {
			const known = dfs.filter((df) => df > 0);
			const { terms, most } = chooseCandidates(dfs.map(term), chunks);
			expect(terms.length > 0).toBe(known.length > 0);
			if (terms.length === 0) return;
			const rarest = Math.min(...known);
			expect(terms[0]).toBe(term(rarest, dfs.indexOf(rarest)).term);
			expect(most).toBeLessThanOrEqual(Math.max(rarest, 4_000, chunks / 200));
		}),
	);
});
