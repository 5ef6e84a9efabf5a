import { expect, test } from "vitest";
import { costOf, priceOf } from "../../src/models/prices.ts";

const usage = { input_tokens: 1_000_000, cached_tokens: 0, output_tokens: 1_000_000 };

test.each([
	["gpt-4o", 12.5],
	["gpt-4.1-nano", 0.5],
	["extractive", 0],
	["no-such-model", null],
	["constructor", null],
])("a million tokens in and out of %s cost %s dollars", (model, dollars) => {
	expect(costOf(model, usage)).toBe(dollars);
});

test("a dated name has its family's price, and no other suffix has", () => {
	expect(priceOf("gpt-4o-mini-2024-07-18")).toBe(priceOf("gpt-4o-mini"));
	expect(priceOf("gpt-4o-realtime")).toBeUndefined();
});

test("cached tokens cost their own price instead of the full one", () => {
	expect(costOf("gpt-4o", { ...usage, cached_tokens: 1_000_000 })).toBe(11.25);
});
