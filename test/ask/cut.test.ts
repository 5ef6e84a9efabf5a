import { expect, test } from "vitest";
import { cut } from "../../src/ask/cut.ts";
import { listOf, namesOf } from "../support/candidate.ts";

const lists = [listOf({ a: 0.9, b: 0.8, c: 0.7 }), listOf({ x: 0.3, b: 0.25, y: 0.1 })];

test.each([
	[0, 10, ["a", "x", "b", "y", "c"], 0, 0],
	[0, 2, ["a", "x"], 0, 3],
	[0.3, 10, ["a", "x", "b", "c"], 1, 0],
	[0.5, 2, ["a", "b"], 2, 1],
	[0.95, 10, [], 5, 0],
])("a threshold of %d and a limit of %d keep %j", (threshold, limit, kept, below_threshold, over_limit) => {
	const { kept: left, ...dropped } = cut(lists, threshold, limit);
	expect(namesOf(left)).toEqual(kept);
	expect(dropped).toEqual({ below_threshold, over_limit });
});

test("the threshold is held against the score as it is shown", () => {
	expect(cut([listOf({ a: 0.29996 })], 0.3, 1).kept).toHaveLength(1);
	expect(cut([listOf({ a: 0.29994 })], 0.3, 1).kept).toHaveLength(0);
});
