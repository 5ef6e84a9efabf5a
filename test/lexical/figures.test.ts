import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { figuresOf, sameFigure } from "../../src/lexical/figures.ts";

const values = (text: string) => figuresOf(text).map((figure) => figure.values);

describe("figures are read from", () => {
	test.each([
		["1234", [[1234]]],
		["1,234.5", [[1234.5]]],
		["1.234,5", [[1234.5]]],
		["1,234", [[1234, 1.234]]],
		["1.234", [[1234, 1.234]]],
		["1,234,567", [[1234567]]],
		["1 234 567", [[1234567]]],
		["1'234'567", [[1234567]]],
		["0,123", [[0.123]]],
		["12,5", [[12.5]]],
		["١٢٣", [[123]]],
		["05.03.2021", [[5], [3], [2021]]],
		["2021-03-05", [[2021], [3], [5]]],
		["5 March 2021", [[5], [2021], [3]]],
		["5. März 2021", [[5], [2021], [3]]],
		["9:30", [[9], [30]]],
		["10–20", [[10], [20]]],
		["one of seven, twenty-one, zwölf", [[7], [21], [12]]],
		["A320 and RFC4180 and P12.1.2", []],
		["they may march on", []],
	])("%j", (text, expected) => {
		expect(values(text)).toEqual(expected);
	});
});

describe("what is said is borne out by what is there", () => {
	test.each([
		["1,234.5", "1234.5", true],
		["5 %", "5 percent", true],
		["5%", "5 Prozent", true],
		["$5", "5 dollars", true],
		["5 %", "$5", false],
		["5 million", "5,000,000", true],
		["5 million", "5 billion", false],
		["5 Mio.", "5 million", true],
		["1.2 billion", "1,200 million", true],
		["$1.23 billion", "1,230,456,789", true],
		["$1.23 billion", "1,240,456,789", false],
		["82,959 million", "82,959", true],
		["about 1.7 million", "1,657,608", true],
		["about 1.2 million", "1,657,608", false],
		["about 1,500", "1,504", true],
		["about 1,400", "1,504", false],
		["1,500", "1,504", false],
		["rund 500", "387 Orte", false],
		["etwa 490", "487 Orte", true],
		["73", "37", false],
		["1975", "1957", false],
		["6 bis 9 %", "sechs bis neun Prozent", true],
		["21 September 2020", "September 21, 2020", true],
		["21 October 2020", "September 21, 2020", false],
		["5 May 1997", "1997-05-05", true],
	])("%j by %j: %s", (said, there, borneOut) => {
		const found = figuresOf(there);
		expect(figuresOf(said).every((figure) => found.some((other) => sameFigure(figure, other)))).toBe(borneOut);
	});
});

test("a number is the same in English and German writing, and no other is", () => {
	const written = (value: number, locale: string) => value.toLocaleString(locale, { minimumFractionDigits: 2 });
	fc.assert(
		fc.property(fc.integer({ min: 0, max: 1e9 }), fc.integer({ min: 1, max: 1e6 }), (cents, off) => {
			const [english] = figuresOf(written(cents / 100, "en"));
			const [german] = figuresOf(written(cents / 100, "de"));
			const [other] = figuresOf(written((cents + off) / 100, "de"));
			if (!english || !german || !other) throw new Error("no figure was read");
			expect(sameFigure(english, german)).toBe(true);
			expect(sameFigure(english, other)).toBe(false);
		}),
		{ examples: [[999_999_999, 1]] },
	);
});
