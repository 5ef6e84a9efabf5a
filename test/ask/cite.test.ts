import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { chooseQuote, sentenceBefore } from "../../src/ask/cite.ts";
import type { ContextPassage } from "../../src/types.ts";
import { excerpts, passage } from "../support/passage.ts";

const text = "Returns are accepted within 30 days of delivery. Shipping is free. Gift cards cannot be returned.";
const [excerpt] = excerpts(passage({ text, start: 500 })) as [ContextPassage];

test.each([
	{
		said: "You may return things within 30 days of delivery",
		quote: "Returns are accepted within 30 days of delivery.",
	},
	{ said: "Shipping costs nothing, it is free", quote: "Shipping is free." },
	{ said: "No returning of gift cards", quote: "Gift cards cannot be returned." },
])("quotes the sentence that supports: $said", ({ said, quote }) => {
	const start = 500 + text.indexOf(quote);
	expect(chooseQuote(said, excerpt)).toEqual({
		passage: excerpt.passages[0],
		quote,
		start,
		end: start + quote.length,
	});
});

test.each([
	{ name: "that nothing in the excerpt supports", said: "The moon is made of cheese", from: excerpt },
	{ name: "that says nothing", said: " . ", from: excerpt },
	{ name: "of words alone that every sentence has", said: "It is what it is", from: excerpt },
	{ name: "of an excerpt that was not sent", said: "Shipping is free", from: undefined },
	{
		name: "most of which is made up",
		said: "Shipping by rocket from Mars to Jupiter via Saturn and Pluto",
		from: excerpt,
	},
])("a statement $name has no quote", ({ said, from }) => {
	expect(chooseQuote(said, from)).toBeUndefined();
});

test("of two units that support it equally the shorter is quoted", () => {
	const [one] = excerpts(
		passage({ text: "Water boils at 100 degrees, as cooks in the mountains forget. Water boils at 100." }),
	);
	expect(chooseQuote("Water boils at 100", one)?.quote).toBe("Water boils at 100.");
});

test("of a table the row is quoted, of JSON the record", () => {
	const rows = "Name: Ann; City: Rome\nName: Bob; City: Oslo";
	const [table] = excerpts(passage({ text: rows, location: { row_start: 7, row_end: 8 } }));
	expect(chooseQuote("Bob lives in the city of Oslo", table)?.quote).toBe("Name: Bob; City: Oslo");
	const records = "name: Trade.\nphone: 225-6649\n\nname: Health.\nphone: 225-3943";
	const [json] = excerpts(passage({ text: records, location: { json_pointer: "/20" } }));
	expect(chooseQuote("Trade has the phone number 225-6649", json)?.quote).toBe("name: Trade.\nphone: 225-6649");
});

test("in an excerpt of several passages the quote's place is that of its own passage", () => {
	const parts = [passage({ text: "One is odd.", start: 0 }), passage({ text: "Two is even.", start: 90 })];
	const joined: ContextPassage = { number: 1, passages: parts, text: "", tokens: 0, score: 1 };
	expect(chooseQuote("Two is an even number", joined)).toMatchObject({ passage: parts[1], start: 90, end: 102 });
});

test("a quote is always the exact slice of its document", () => {
	fc.assert(
		fc.property(fc.lorem({ mode: "sentences", maxCount: 6 }), fc.nat(1_000), fc.lorem(), (document, start, said) => {
			const padded = `${" ".repeat(start)}${document}`;
			const [one] = excerpts(passage({ text: document, start }));
			const quote = chooseQuote(said, one);
			if (quote) expect(padded.slice(quote.start, quote.end)).toBe(quote.quote);
		}),
	);
});

describe("a marker belongs to the sentence before it", () => {
	test.each([
		["It fell. Then the price rose", "Then the price rose"],
		["It fell. Then the price rose.", "Then the price rose."],
		["Version 2.5 costs 3.50 dollars", "Version 2.5 costs 3.50 dollars"],
		["First line.\nSecond line here", "Second line here"],
		["First line.\nSecond line here\n", "Second line here\n"],
		["Is it free? Yes, shipping is free!", "Yes, shipping is free!"],
	])("%j → %j", (text, sentence) => {
		expect(sentenceBefore(text).trim()).toBe(sentence.trim());
	});

	test("or to the whole line where the sentence is a word or two", () => {
		expect(sentenceBefore("The stabilizer wiring change costs at most this. $766,865.")).toContain("stabilizer");
	});

	test("and to nothing where nothing was said", () => {
		expect(sentenceBefore("")).toBe("");
		expect(sentenceBefore("\n").trim()).toBe("");
	});
});
