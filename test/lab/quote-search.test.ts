import fc from "fast-check";
import { expect, test } from "vitest";
import { QuoteSearch } from "../../lab/quote-search.ts";

/** Finds a quote in a text that comes in parts of these lengths. */
function find(text: string, quote: string, lengths: number[] = []): string | undefined {
	const search = new QuoteSearch([quote]);
	let start = 0;
	for (const length of [...lengths, text.length]) {
		if (start >= text.length) break;
		search.take({ start, text: text.slice(start, start + length) });
		start += length;
	}
	const place = search.found.get(quote)?.[0];
	return place && text.slice(place.start, place.end);
}

test.each([
	["word for word", "It is free. Really.", "It is free.", "It is free."],
	["over a line's end", "It is\n  free. Really.", "It is free.", "It is\n  free."],
	["with other white space in the quote", "It is free.", " It\tis\n\nfree.  ", "It is free."],
	["over a no-break space", "5\u00a0000 people", "5 000 people", "5\u00a0000 people"],
	["beyond 16 bits", "See 𝒜 and 𝓑 here", "𝒜 and 𝓑", "𝒜 and 𝓑"],
])("a quote is found %s", (_what, text, quote, found) => {
	expect(find(text, quote)).toBe(found);
});

test.each([
	["in other letters", "It is free.", "it is free."],
	["with a word more", "It is free.", "It is really free."],
	["where white space is missing", "It is free.", "Itis free."],
	["where white space is added", "It isn't free.", "It isn 't free."],
])("a quote is not found %s", (_what, text, quote) => {
	expect(find(text, quote)).toBeUndefined();
});

test("all places are told in order, those that overlap once", () => {
	const search = new QuoteSearch(["one two", "a a"]);
	search.take({ start: 10, text: "one  two, one two, a a a" });
	expect(search.found.get("one two")).toEqual([
		{ start: 10, end: 18 },
		{ start: 20, end: 27 },
	]);
	expect(search.found.get("a a")).toEqual([{ start: 29, end: 32 }]);
});

test("of what stands everywhere fifty places are enough, and no more is read for it", () => {
	const search = new QuoteSearch(["a b"]);
	search.take({ start: 0, text: "a b, ".repeat(49) });
	expect(search.isDone).toBe(false);
	search.take({ start: 245, text: "a b, ".repeat(9) });
	expect([search.isDone, search.found.get("a b")?.length]).toEqual([true, 50]);
});

test("places are the same whatever parts the text comes in", () => {
	const texts = fc.array(fc.constantFrom("a", "b", " ", "\n"), { maxLength: 40 }).map((all) => all.join(""));
	const quotes = ["a", "a b", "b b a", "ab"];
	fc.assert(
		fc.property(texts, fc.array(fc.integer({ min: 1, max: 9 }), { maxLength: 12 }), (text, lengths) => {
			const [whole, parted] = [new QuoteSearch(quotes), new QuoteSearch(quotes)];
			whole.take({ start: 0, text });
			let start = 0;
			for (const length of [...lengths, text.length]) {
				if (start < text.length) parted.take({ start, text: text.slice(start, start + length) });
				start += length;
			}
			expect(parted.found).toEqual(whole.found);
		}),
	);
});

test("quotes that are the same but for white space are both found", () => {
	const search = new QuoteSearch(["a b", "a  b"]);
	search.take({ start: 0, text: "x a b" });
	expect([...search.found.keys()].toSorted()).toEqual(["a  b", "a b"]);
});

const spacing = fc.constantFrom(" ", "  ", "\n", " \n\t", "\u00a0");
const words = fc.array(fc.stringMatching(/^[ab]{1,3}$/), { minLength: 1, maxLength: 12 });

test("a quote is found at the first place where it stands, whatever parts and white space there are", () => {
	fc.assert(
		fc.property(
			words,
			fc.array(spacing, { minLength: 12, maxLength: 12 }),
			fc.array(spacing, { minLength: 12, maxLength: 12 }),
			fc.nat(11),
			fc.integer({ min: 1, max: 12 }),
			fc.array(fc.integer({ min: 1, max: 9 }), { maxLength: 12 }),
			(all, between, inQuote, from, count, lengths) => {
				const join = (some: string[], spaces: string[]) =>
					some
						.map((word, i) => word + spaces[i])
						.join("")
						.trim();
				const text = join(all, between);
				const quoted = all.slice(from, from + count);
				fc.pre(quoted.length > 0);
				const plain = (given: string) => given.replaceAll(/\s+/g, " ");
				const found = find(text, join(quoted, inQuote), lengths);
				expect(found && plain(found)).toBe(quoted.join(" "));
				// Before it there is none.
				const place = text.indexOf(found as string);
				expect(plain(text.slice(0, place + (found as string).length - 1))).not.toContain(quoted.join(" "));
			},
		),
	);
});
