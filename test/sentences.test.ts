import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { lines, quotableUnits, type Span, sentences } from "../src/sentences.ts";
import type { Location } from "../src/types.ts";

const textsOf = (text: string, spans: Span[]) => spans.map(({ start, end }) => text.slice(start, end));

test.each([
	{ name: "sentences of prose", location: {}, units: ["One is\nodd. ", "Two?", "Name: three"] },
	{ name: "lines of rows", location: { row_start: 1, row_end: 4 }, units: ["One is", "odd.  Two?", "Name: three"] },
	{ name: "paragraphs of JSON", location: { json_pointer: "/a" }, units: ["One is\nodd.  Two?", "Name: three"] },
] satisfies { name: string; location: Location; units: string[] }[])(
	"the units of a passage are $name",
	({ location, units }) => {
		const text = "  One is\nodd.  Two?\n \nName: three\n";
		expect(textsOf(text, quotableUnits(text, location))).toEqual(units.map((unit) => unit.trim()));
	},
);

test.each([
	["Version 2.5 is out. It costs $1.50 a day.", ["Version 2.5 is out.", "It costs $1.50 a day."]],
	["A line\tends here\nand goes on. Next.", ["A line\tends here\nand goes on.", "Next."]],
	["A title\n\nA text", ["A title", "A text"]],
	["こんにちは。元気ですか？", ["こんにちは。", "元気ですか？"]],
	["", []],
	[" \n\n ", []],
])("the sentences of %j", (text, expected) => {
	expect(textsOf(text, sentences(text))).toEqual(expected);
});

describe("of any text", () => {
	const part = fc.oneof(
		fc.constantFrom("\n", "\n\n", " ", "\t", ". ", "! ", "\r\n", "  \n  ", "\u00a0"),
		fc.lorem(),
		fc.string({ unit: "grapheme" }),
	);
	const text = fc.array(part, { maxLength: 30 }).map((parts) => parts.join(""));

	test.each([
		["sentences", sentences],
		["lines", lines],
		["records", (given: string) => quotableUnits(given, { json_pointer: "" })],
	] as const)("%s stand in order, apart, trimmed, and leave out nothing but white space", (_name, unitsOf) => {
		fc.assert(
			fc.property(text, (given) => {
				let end = 0;
				let between = "";
				for (const unit of unitsOf(given)) {
					expect(unit.start).toBeGreaterThanOrEqual(end);
					expect(unit.end).toBeGreaterThan(unit.start);
					const slice = given.slice(unit.start, unit.end);
					expect(slice).toBe(slice.trim());
					between += given.slice(end, unit.start);
					end = unit.end;
				}
				expect((between + given.slice(end)).trim()).toBe("");
			}),
		);
	});
});
