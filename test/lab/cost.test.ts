import { expect, test } from "vitest";
import { costOfThousand } from "../../lab/cost.ts";
import { Prices } from "../../src/models/prices.ts";

const prices = new Prices(
	new Map([
		["answers", { input: 2, cached_input: 1, output: 8 }],
		["embeds", { input: 0.1, cached_input: 0.1, output: 0 }],
	]),
);

test("a thousand questions cost the excerpts sent and the questions' vectors", () => {
	const cost = costOfThousand(prices, { model: "answers", tokens: 1500 }, { model: "embeds", tokens: 20 });
	expect(cost).toBeCloseTo((1000 * (1500 * 2 + 20 * 0.1)) / 1e6, 12);
	const withoutVectors = costOfThousand(prices, { model: "answers", tokens: 1500 }, { model: null, tokens: 20 });
	expect(withoutVectors).toBeCloseTo((1000 * 1500 * 2) / 1e6, 12);
});

test.each([
	["the model that answers is not known", null, "embeds"],
	["its price is not known", "other", "embeds"],
	["the embedding model's price is not known", "answers", "other"],
])("nothing is told where %s", (_what, sent, embedded) => {
	expect(costOfThousand(prices, { model: sent, tokens: 10 }, { model: embedded, tokens: 10 })).toBeNull();
});

test("sentences taken from documents cost nothing", () => {
	expect(costOfThousand(prices, { model: "extractive", tokens: 9 }, { model: null, tokens: 9 })).toBe(0);
});
