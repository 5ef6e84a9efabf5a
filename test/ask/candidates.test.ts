import fc from "fast-check";
import { expect, test } from "vitest";
import { chooseCandidates } from "../../src/ask/candidates.ts";

const term = (df: number) => ({ term: `in ${df}`, id: df, df });

test.each([
	{ name: "in a small index every known term counts", chunks: 500, dfs: [3, 400, 500], chosen: [3, 400, 500] },
	{
		name: "in a large one terms that too many chunks hold do not",
		chunks: 200_000,
		dfs: [5, 3_999, 4_001],
		chosen: [5, 3_999],
	},
	{ name: "the rarest always does, however common", chunks: 200_000, dfs: [90_000, 150_000], chosen: [90_000] },
	{ name: "terms that no chunk holds find nothing", chunks: 500, dfs: [0, 0], chosen: [] },
])("$name", ({ chunks, dfs, chosen }) => {
	expect(chooseCandidates(dfs.map(term), chunks)).toEqual(chosen.map((df) => term(df).term));
});

test("a question that shares a word with the index always has a candidate, and the rarest is among them", () => {
	fc.assert(
		fc.property(fc.array(fc.nat(1_000_000), { minLength: 1 }), fc.nat(10_000_000), (dfs, chunks) => {
			const known = dfs.filter((df) => df > 0);
			const chosen = chooseCandidates(dfs.map(term), chunks);
			expect(chosen.length > 0).toBe(known.length > 0);
			if (known.length > 0) expect(chosen[0]).toBe(term(Math.min(...known)).term);
		}),
	);
});
