import fc from "fast-check";
import { expect, test } from "vitest";
import { MAX_QUERIES, parseQueries } from "../../src/ask/parse-queries.ts";

test.each([
	['["rent in Bern"]', ["rent in Bern"]],
	['  ["rent in Bern",\n "rent in Oslo"]\n', ["rent in Bern", "rent in Oslo"]],
	['```json\n["rent in Bern"]\n```', ["rent in Bern"]],
	['```\n["rent in Bern"]\n```\n', ["rent in Bern"]],
	['<think>Two parts? ["no"]</think>\n\n["rent in Bern"]', ["rent in Bern"]],
	['["  rent\\n in  Bern ", "", "rent in Bern"]', ["rent in Bern"]],
	['["a","b","c","d","e","f"]', ["a", "b", "c", "d"]],
	["[]", []],
])("%j is %j", (output, queries) => {
	expect(parseQueries(output)).toEqual(queries);
});

test.each([
	"",
	"rent in Bern",
	'Here you are: ["rent in Bern"]',
	'{"queries": ["rent in Bern"]}',
	'"rent in Bern"',
	'["rent in Bern", 5]',
	'[["rent in Bern"]]',
	'["rent in Bern"',
	"null",
	JSON.stringify(["x".repeat(501)]),
])("%j is no list of queries", (output) => {
	expect(parseQueries(output)).toBeUndefined();
});

test("whatever a model writes, what is searched is few, short and not empty", () => {
	fc.assert(
		fc.property(
			fc.oneof(
				fc.string(),
				fc.json(),
				fc.array(fc.string()).map((a) => JSON.stringify(a)),
			),
			(output) => {
				const queries = parseQueries(output) ?? [];
				expect(queries.length).toBeLessThanOrEqual(MAX_QUERIES);
				for (const query of queries) {
					expect(query.trim()).not.toBe("");
					expect(query.length).toBeLessThanOrEqual(500);
				}
			},
		),
	);
});
