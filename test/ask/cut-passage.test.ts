import fc from "fast-check";
import { expect, test } from "vitest";
import { buildContext } from "../../src/ask/context.ts";
import { cutPassage } from "../../src/ask/cut-passage.ts";
import { renderExcerpts } from "../../src/ask/prompt.ts";
import { countTokens } from "../../src/models/tokens.ts";
import { passage } from "../support/passage.ts";

const long = passage({ text: "One is odd. Two is even. Three is odd again.", start: 70 });

test.each([
	[100, "One is odd. Two is even. Three is odd again."],
	[43, "One is odd. Two is even."],
	[12, "One is odd."],
	[6, "One is"],
])("as much is left as fits into %i letters: %s", (letters, text) => {
	const part = cutPassage(long, (given) => given.text.length <= letters);
	expect(part).toEqual({ ...long, text, end: 70 + text.length, tokens: countTokens(text) });
});

test("nothing is left where nothing fits", () => {
	expect(cutPassage(long, () => false)).toBeUndefined();
});

test("an excerpt never takes more than the budget, however large its passage", () => {
	const text = fc.oneof(fc.lorem({ maxCount: 400 }), fc.string({ unit: "grapheme", minLength: 1, maxLength: 2_000 }));
	fc.assert(
		fc.property(fc.array(text, { minLength: 1, maxLength: 4 }), fc.integer({ min: 100, max: 400 }), (texts, budget) => {
			const passages = texts.map((one, place) => passage({ text: one, document_id: `doc_${place}` }));
			const { sent } = buildContext(passages, budget);
			expect(sent.length).toBeGreaterThan(0);
			expect(countTokens(renderExcerpts(sent))).toBeLessThanOrEqual(budget);
			for (const { passages: parts } of sent) {
				for (const part of parts) {
					expect(texts.some((one, place) => part.document_id === `doc_${place}` && one.startsWith(part.text))).toBe(
						true,
					);
				}
			}
		}),
	);
});
