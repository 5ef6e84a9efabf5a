import fc from "fast-check";
import { expect, test } from "vitest";
import { takeTurns } from "../../src/ask/merge-queries.ts";
import { listOf, namesOf } from "../support/candidate.ts";

test.each<[string, Record<string, number>[], string[]]>([
	["nothing, where there is nothing", [], []],
	["nothing, where no query found anything", [{}, {}], []],
	["one query's list as it is", [{ a: 0.9, b: 0.5, c: 0.1 }], ["a", "b", "c"]],
	[
		"two lists by turns",
		[
			{ a: 0.9, b: 0.8, c: 0.7 },
			{ x: 0.2, y: 0.1 },
		],
		["a", "x", "b", "y", "c"],
	],
	["the one with the best passage first, whichever was asked first", [{ x: 0.2 }, { a: 0.9 }], ["a", "x"]],
	[
		"a passage of both once, and each its next",
		[
			{ a: 0.9, b: 0.8 },
			{ a: 0.5, x: 0.2 },
		],
		["a", "x", "b"],
	],
	["past a list that has come to its end", [{ a: 0.9 }, { x: 0.5, y: 0.4, z: 0.3 }, {}], ["a", "x", "y", "z"]],
])("comes to %s", (_name, lists, order) => {
	expect(namesOf(takeTurns(lists.map((scores) => listOf(scores))))).toEqual(order);
});

test("a passage of several queries keeps the best of its scores, and the query it has it by", () => {
	const [shared] = takeTurns([listOf({ a: 0.5 }, "first"), listOf({ a: 0.7 }, "second"), listOf({ a: 0.6 }, "third")]);
	expect(shared).toMatchObject({ score: 0.7, trace: { query: "second" } });
});

const name = fc.constantFrom(..."abcdefghijklmnop");
const lists = fc.array(fc.dictionary(name, fc.double({ min: 0, max: 1, noNaN: true }), { noNullPrototype: true }), {
	minLength: 1,
	maxLength: 5,
});

test("nothing is lost, doubled or scored anew, whatever the queries found", () => {
	fc.assert(
		fc.property(lists, (scores) => {
			const due = takeTurns(scores.map((one) => listOf(one)));
			expect(namesOf(due).toSorted()).toEqual([...new Set(scores.flatMap(Object.keys))].toSorted());
			for (const { score, chunk_id } of due) {
				expect(score).toBe(Math.max(...scores.map((one) => one[chunk_id] ?? 0)));
			}
		}),
	);
});

test("the first n of each query are among the first n times as many as there are queries", () => {
	fc.assert(
		fc.property(lists, fc.integer({ min: 1, max: 6 }), (scores, n) => {
			const found = scores.map((one) => listOf(one));
			const first = new Set(namesOf(takeTurns(found)).slice(0, n * found.length));
			for (const list of found) for (const one of namesOf(list).slice(0, n)) expect(first).toContain(one);
		}),
	);
});

test("the best of all comes first", () => {
	fc.assert(
		fc.property(lists, (scores) => {
			const best = Math.max(-1, ...scores.flatMap((one) => Object.values(one)));
			expect(takeTurns(scores.map((one) => listOf(one)))[0]?.score ?? -1).toBe(best);
		}),
	);
});
