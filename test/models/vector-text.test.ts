import fc from "fast-check";
import { expect, test } from "vitest";
import { vectorText } from "../../src/models/vector-text.ts";

test("writes a vector as pgvector reads it", () => {
	expect(vectorText([0.25, -0.5, 0, 1 / 3])).toBe("[0.25,-0.5,0,0.333333]");
});

test("reads back within half a millionth", () => {
	fc.assert(
		fc.property(fc.array(fc.double({ min: -1000, max: 1000, noNaN: true }), { minLength: 1 }), (vector) => {
			const read = JSON.parse(vectorText(vector)) as number[];
			expect(read).toHaveLength(vector.length);
			for (const [place, value] of read.entries()) expect(value).toBeCloseTo(vector[place] as number, 5);
		}),
	);
});
