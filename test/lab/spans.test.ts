import fc from "fast-check";
import { expect, test } from "vitest";
import { type DocumentSpan, lengthOf, overlapOf, unionOf } from "../../lab/spans.ts";

const span = fc
	.record({ file_id: fc.constantFrom("a", "b"), start: fc.nat(30), length: fc.nat(12) })
	.map(({ file_id, start, length }): DocumentSpan => ({ file_id, start, end: start + length }));
const spans = fc.array(span, { maxLength: 8 });

/** The same places, character by character. */
function charactersOf(given: DocumentSpan[]): Set<string> {
	return new Set(
		given.flatMap(({ file_id, start, end }) =>
			Array.from({ length: end - start }, (_, place) => `${file_id}${start + place}`),
		),
	);
}

test("a union has each character once", () => {
	fc.assert(
		fc.property(spans, (given) => {
			const union = unionOf(given);
			expect(charactersOf(union)).toEqual(charactersOf(given));
			expect(lengthOf(union)).toBe(charactersOf(given).size);
		}),
	);
});

test("an overlap is the characters of both", () => {
	fc.assert(
		fc.property(spans, spans, (some, others) => {
			expect(overlapOf(some, others)).toBe(charactersOf(some).intersection(charactersOf(others)).size);
		}),
	);
});

test("neither changes what it is given", () => {
	const given = [
		{ file_id: "a", start: 4, end: 9 },
		{ file_id: "a", start: 0, end: 5 },
	];
	const before = structuredClone(given);
	unionOf(given);
	overlapOf(given, given);
	expect(given).toEqual(before);
});
