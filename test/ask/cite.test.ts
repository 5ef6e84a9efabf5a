import fc from "fast-check";
import { expect, test } from "vitest";
import { chooseQuotes, type Quote } from "../../src/ask/cite.ts";
import type { ContextPassage } from "../../src/types.ts";
import { excerpts, passage } from "../support/passage.ts";

const text = "Returns are accepted within 30 days of delivery. Shipping is free. Gift cards cannot be returned.";
const [excerpt] = excerpts(passage({ text, start: 500 })) as [ContextPassage];

function quoteFor(said: string, from: ContextPassage | undefined): Quote | undefined {
	return chooseQuotes({ own: said, whole: said }, from ? [from] : []).get(1);
}

test.each([
	{
		said: "You may return things within 30 days of delivery",
		quote: "Returns are accepted within 30 days of delivery.",
	},
	{ said: "Shipping costs nothing, it is free", quote: "Shipping is free." },
	{ said: "No returning of gift cards", quote: "Gift cards cannot be returned." },
])("quotes the sentence that supports: $said", ({ said, quote }) => {
	const start = 500 + text.indexOf(quote);
	expect(quoteFor(said, excerpt)).toEqual({ passage: excerpt.passages[0], quote, start, end: start + quote.length });
});

test.each([
	{ name: "that nothing in the excerpt supports", said: "The moon is made of cheese", from: excerpt },
	{ name: "that says nothing", said: " . ", from: excerpt },
	{ name: "of words alone that every sentence has", said: "It is what it is", from: excerpt },
	{ name: "of an excerpt that was not sent", said: "Shipping is free", from: undefined },
	{ name: "with another figure", said: "Returns are accepted within 60 days of delivery", from: excerpt },
	{ name: "that denies it", said: "Shipping is not free", from: excerpt },
	{ name: "that denies nothing of what is denied", said: "Gift cards can be returned", from: excerpt },
	{ name: "with a name that is not there", said: "Shipping to Norway is free", from: excerpt },
	{
		name: "most of which is made up",
		said: "Shipping by rocket from Mars to Jupiter via Saturn and Pluto",
		from: excerpt,
	},
])("a statement $name has no quote", ({ said, from }) => {
	expect(quoteFor(said, from)).toBeUndefined();
});

test("of two units that support it equally the shorter is quoted", () => {
	const [one] = excerpts(
		passage({ text: "Water boils at 100 degrees, as cooks in the mountains forget. Water boils at 100." }),
	);
	expect(quoteFor("Water boils at 100", one)?.quote).toBe("Water boils at 100.");
});

test("of a table the row is quoted, of JSON the record", () => {
	const rows = "Name: Ann; City: Rome\nName: Bob; City: Oslo";
	const [table] = excerpts(passage({ text: rows, location: { row_start: 7, row_end: 8 } }));
	expect(quoteFor("Bob lives in the city of Oslo", table)?.quote).toBe("Name: Bob; City: Oslo");
	const records = "name: Trade.\nphone: 225-6649\n\nname: Health.\nphone: 225-3943";
	const [json] = excerpts(passage({ text: records, location: { json_pointer: "/20" } }));
	expect(quoteFor("Trade has the phone number 225-6649", json)?.quote).toBe("name: Trade.\nphone: 225-6649");
});

test("in an excerpt of several passages the quote's place is that of its own passage", () => {
	const parts = [passage({ text: "One is odd.", start: 0 }), passage({ text: "Two is even.", start: 90 })];
	const joined: ContextPassage = { number: 1, passages: parts, text: "", tokens: 0, score: 1 };
	expect(quoteFor("Two is an even number", joined)).toMatchObject({ passage: parts[1], start: 90, end: 102 });
});

test("two or three sentences that stand together are quoted where no single one suffices", () => {
	const curie = "Marie Curie was born in Warsaw. She discovered polonium in 1898. She died in France.";
	const [one] = excerpts(passage({ text: curie, start: 40 }));
	const quote = "Marie Curie was born in Warsaw. She discovered polonium in 1898.";
	expect(quoteFor("Marie Curie discovered polonium in 1898", one)).toMatchObject({ quote, start: 40, end: 104 });
	expect(quoteFor("She discovered polonium in 1898", one)?.quote).toBe("She discovered polonium in 1898.");
});

test("a row whose only share is a figure that another row lacks is not joined to it", () => {
	const rows = "Year: 2012; Title: Lola Versus; Role: Roger\nYear: 2014; Title: Mutual Friends; Role: Ben";
	const [table] = excerpts(
		passage({ text: rows, context: "Year; Title; Role", location: { row_start: 1, row_end: 2 } }),
	);
	expect(quoteFor("His role in Lola Versus was Roger, in 2012", table)?.quote).toMatch(/^Year: 2012[^\n]*Roger$/);
	expect(quoteFor("His role in Lola Versus was Roger, in 2014", table)).toBeUndefined();
});

test("a name or a figure may stand above the quote, in the headings or the file's name", () => {
	const given = {
		text: "Net sales were $82,959 million.",
		context: "Apple Inc. › Results",
		filename: "2022 Q3 AAPL.pdf",
	};
	const [one] = excerpts(passage(given));
	expect(quoteFor("Net sales of Apple were 82,959 million dollars in 2022", one)?.quote).toBe(given.text);
	expect(quoteFor("Net sales of Intel were 82,959 million dollars in 2022", one)).toBeUndefined();
	expect(quoteFor("Net sales of Apple were 82,959 million dollars in 2021", one)).toBeUndefined();
});

test("what is said of one thing is not quoted for another that the document names", () => {
	const rows = "Firm: Apple; City: Cupertino\nFirm: Microsoft; City: Redmond";
	const [table] = excerpts(passage({ text: rows, location: { row_start: 1, row_end: 2 } }));
	expect(quoteFor("Microsoft sits in the city of Redmond", table)?.quote).toBe("Firm: Microsoft; City: Redmond");
	const prose = "The city of Cupertino has a firm. It sells phones. It has 60,000 people. Microsoft is elsewhere.";
	expect(quoteFor("Microsoft sells phones", excerpts(passage({ text: prose }))[0])).toBeUndefined();
});

test("excerpts that are cited together may bear a statement out together, each with its own quote", () => {
	const both = excerpts(
		passage({ text: "Rome has 3 million people. It is warm.", document_id: "doc_rome" }),
		passage({ text: "It rains. Oslo has 700,000 people.", document_id: "doc_oslo" }),
	);
	const quotes = (said: string, from = both) =>
		[...chooseQuotes({ own: said, whole: said }, from)].map(([number, { quote }]) => [number, quote]);
	const joint = [
		[1, "Rome has 3 million people."],
		[2, "Oslo has 700,000 people."],
	];
	expect(quotes("Rome has 3 million people and Oslo 700,000")).toEqual(joint);
	expect(quotes("Rome has 3 million people and Oslo 800,000")).toEqual([]);
	expect(quotes("Rome has 3 million people")).toEqual(joint.slice(0, 1));
	expect(quotes("Rome has 3 million people and Oslo 700,000", both.slice(0, 1))).toEqual([]);
});

test("a quote is always the exact slice of its document", () => {
	fc.assert(
		fc.property(fc.lorem({ mode: "sentences", maxCount: 6 }), fc.nat(1_000), fc.lorem(), (document, start, said) => {
			const padded = `${" ".repeat(start)}${document}`;
			const [one] = excerpts(passage({ text: document, start }));
			const quote = quoteFor(said, one);
			if (quote) expect(padded.slice(quote.start, quote.end)).toBe(quote.quote);
		}),
	);
});
