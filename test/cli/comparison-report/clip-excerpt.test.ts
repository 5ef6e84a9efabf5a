import fc from "fast-check";
import { expect, test } from "vitest";
import { clipExcerpt, type Part } from "../../../src/cli/comparison-report/clip-excerpt.ts";

const lengthOf = (part: Part) => ("leftOut" in part ? part.leftOut : part.text.length);

test("parts add up to the text, and what is marked is the evidence, whole", () => {
	const mark = fc.record({ start: fc.integer({ min: -50, max: 900 }), length: fc.integer({ min: 0, max: 200 }) });
	fc.assert(
		fc.property(
			fc.array(fc.constantFrom("a", "heron", " ", "\n"), { maxLength: 400 }).map((words) => words.join("")),
			fc.array(mark, { maxLength: 4 }),
			fc.integer({ min: 0, max: 120 }),
			(text, marks, around) => {
				const spans = marks.map(({ start, length }) => ({ start, end: start + length }));
				let at = 0;
				for (const part of clipExcerpt(text, spans, around)) {
					const end = at + lengthOf(part);
					const evidence = Array.from({ length: end - at }, (_, i) =>
						spans.some((span) => span.start <= at + i && at + i < span.end),
					);
					if ("leftOut" in part) expect(evidence).not.toContain(true);
					else {
						expect(part.text).toBe(text.slice(at, end));
						expect(evidence).toEqual(evidence.map(() => part.evidence));
					}
					at = end;
				}
				expect(at).toBe(text.length);
			},
		),
	);
});

test("what is far from the evidence is left out, between words", () => {
	const text = `${"before ".repeat(50)}A heron stands here. ${"after ".repeat(50)}`;
	const start = text.indexOf("A heron");
	expect(clipExcerpt(text, [{ start, end: start + 20 }], 20)).toEqual([
		{ leftOut: 329 },
		{ text: "before before before ", evidence: false },
		{ text: "A heron stands here.", evidence: true },
		{ text: " after after after after", evidence: false },
		{ leftOut: 277 },
	]);
});
