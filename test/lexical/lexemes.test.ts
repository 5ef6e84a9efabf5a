import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { anyOf, countLexemes } from "../../src/lexical/lexemes.ts";
import { sparseVector } from "../../src/lexical/sparse-vector.ts";
import { startTestService, type TestService } from "../support/service.ts";

test.each([
	["", {}, 0],
	["'fox':3 'quick':2,7", { fox: 1, quick: 2 }, 3],
	["'a':1A,2B,3C,4", { a: 4 }, 4],
	["'it''s':1", { "it's": 1 }, 1],
	["'back\\\\slash':1 'b':2", { "back\\slash": 1, b: 1 }, 2],
	["'''':1 '\\\\':2", { "'": 1, "\\": 1 }, 2],
	["'a b:3':1", { "a b:3": 1 }, 1],
	["'bare' 'x':5", { bare: 1, x: 1 }, 2],
	["'銀行':1 '🙂':2,3", { 銀行: 1, "🙂": 2 }, 3],
])("reads %j", (tsvector, counts, length) => {
	const found = countLexemes(tsvector);
	expect([Object.fromEntries(found.counts), found.length]).toEqual([counts, length]);
});

describe("with Postgres' own parser", () => {
	let t: TestService;
	beforeAll(async () => {
		t = await startTestService({}, { worker: false });
	});
	afterAll(() => t.stop());

	const RUNS = { numRuns: 40 };
	const term = fc
		.oneof(
			fc.string({ minLength: 1 }),
			fc.string({ unit: "grapheme", minLength: 1 }),
			fc.string({ unit: fc.constantFrom("'", "\\", " ", ":", "&", "a", "1"), minLength: 1 }),
		)
		.map((text) => text.replaceAll("\0", "0").toWellFormed());

	async function one<T>(sql: string, values: unknown[]): Promise<T> {
		const { rows } = await t.service.db.query<{ value: T }>(sql, values);
		return rows[0]?.value as T;
	}

	test("whatever a lexeme holds, it is read back as it was", () =>
		fc.assert(
			fc.asyncProperty(fc.uniqueArray(term, { minLength: 1, maxLength: 8 }), async (terms) => {
				const printed = await one<string>("SELECT array_to_tsvector($1::text[])::text AS value", [terms]);
				expect([...countLexemes(printed).counts.keys()].toSorted()).toEqual(terms.toSorted());
			}),
			RUNS,
		));

	test("texts are counted as unnest counts them", () =>
		fc.assert(
			fc.asyncProperty(fc.array(term, { maxLength: 30 }), async (words) => {
				const { rows } = await t.service.db.query<{ printed: string; counts: Record<string, number> | null }>(
					`SELECT v::text AS printed, (SELECT jsonb_object_agg(lexeme, cardinality(positions)) FROM unnest(v)) AS counts
					 FROM to_tsvector('english', $1) AS v`,
					[words.join(" ")],
				);
				expect(Object.fromEntries(countLexemes(rows[0]?.printed ?? "").counts)).toEqual(rows[0]?.counts ?? {});
			}),
			RUNS,
		));

	test("a query of any of some terms matches each of them and nothing else", () =>
		fc.assert(
			fc.asyncProperty(fc.uniqueArray(term, { minLength: 2, maxLength: 6 }), async ([other, ...terms]) => {
				const matches = (lexeme: string) =>
					one<boolean>("SELECT array_to_tsvector(ARRAY[$1::text]) @@ $2::tsquery AS value", [lexeme, anyOf(terms)]);
				for (const lexeme of terms) expect(await matches(lexeme)).toBe(true);
				expect(await matches(other as string)).toBe(false);
			}),
			RUNS,
		));

	test("a sparse vector means its places and values, in whatever order they were given", () =>
		fc.assert(
			fc.asyncProperty(
				fc.uniqueArray(
					fc.tuple(fc.integer({ min: 1, max: 1_000_000_000 }), fc.double({ min: 1e-5, max: 50, noNaN: true })),
					{ selector: ([place]) => place, maxLength: 30 },
				),
				async (entries) => {
					const product = await one<number>("SELECT -($1::sparsevec <#> $1::sparsevec) AS value", [
						sparseVector(entries),
					]);
					const sum = entries.reduce((total, [, value]) => total + value * value, 0);
					expect(Math.abs(product - sum)).toBeLessThanOrEqual(sum * 1e-4);
				},
			),
			RUNS,
		));
});

test("a sparse vector's places ascend", () => {
	expect(
		sparseVector([
			[7, 2],
			[1, 0.5],
			[20, 1 / 3],
		]),
	).toBe("{1:0.5000000,7:2.000000,20:0.3333333}/1000000000");
	expect(sparseVector([])).toBe("{}/1000000000");
});
