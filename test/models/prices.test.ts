import { expect, test } from "vitest";
import { costAt, costOfInput, PRICES_AS_OF, Prices } from "../../src/models/prices.ts";

const listed = new Prices();
const usage = { input_tokens: 1_000_000, cached_tokens: 0, output_tokens: 1_000_000 };

test.each([
	["gpt-4o", 12.5],
	["gpt-4.1-nano", 0.5],
	["claude-opus-5", 30],
	["text-embedding-3-small", 0.02],
	["extractive", 0],
])("a million tokens in and out of %s cost %s dollars", (model, dollars) => {
	const price = listed.of(model);
	expect(price && costAt(price, usage)).toBe(dollars);
});

test.each(["no-such-model", "constructor", "gpt-4o-realtime", "ollama:gpt-4o", "azure_openai:gpt-4o", ""])(
	"the price of %j is not known",
	(model) => {
		expect(listed.of(model)).toBeNull();
	},
);

test("a list price says its day", () => {
	expect(listed.of("gpt-4o")?.as_of).toBe(PRICES_AS_OF);
	expect(PRICES_AS_OF).toMatch(/^\d{4}-\d{2}-\d{2}$/);
});

test.each([
	["gpt-4o-mini-2024-07-18", "gpt-4o-mini"],
	["claude-haiku-4-5-20251001", "claude-haiku-4-5"],
	["anthropic:claude-haiku-4-5-20251001", "claude-haiku-4-5"],
	["openai:gpt-4o", "gpt-4o"],
])("%s has the price of %s", (model, family) => {
	expect(listed.of(model)).toEqual(listed.of(family));
});

test("a dated name with a price of its own has that", () => {
	expect(listed.of("gpt-4o-2024-05-13")).toMatchObject({ input: 5, output: 15 });
});

test("a prompt too long for the list price has none", () => {
	expect(listed.of("gemini-2.5-pro", 200_000)).toMatchObject({ input: 1.25 });
	expect(listed.of("gemini-2.5-pro", 200_001)).toBeNull();
});

test("cached tokens cost their own price instead of the full one", () => {
	const price = listed.of("gpt-4o");
	expect(price && costAt(price, { ...usage, cached_tokens: 1_000_000 })).toBe(11.25);
});

test("a price of the settings comes before the list's, under exactly its name, and has no day", () => {
	const own = { input: 1, cached_input: 0.5, output: 2 };
	const prices = new Prices(
		new Map([
			["gpt-4o", own],
			["llama3:8b", own],
		]),
	);
	expect(prices.of("gpt-4o")).toEqual({ ...own, as_of: null });
	expect(prices.of("llama3:8b")).toEqual({ ...own, as_of: null });
	expect(prices.of("gpt-4o-2024-11-20")).toEqual(listed.of("gpt-4o"));
});

test.each([
	["embeds", 1_000_000, 0.1],
	["other", 1_000_000, null],
	["other", 0, 0],
	[null, 9, 0],
])("embedding with %j and %d tokens costs %j", (model, tokens, cost) => {
	const prices = new Prices(new Map([["embeds", { input: 0.1, cached_input: 0.1, output: 0 }]]));
	expect(costOfInput(prices, model, tokens)).toBe(cost);
});
