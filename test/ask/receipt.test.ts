import { expect, test } from "vitest";
import { noCitations } from "../../src/ask/citation-counts.ts";
import { droppedEntry } from "../../src/ask/passage-entry.ts";
import { type ReceiptFacts, writeReceipt } from "../../src/ask/receipt.ts";
import { roundScore } from "../../src/ask/round-score.ts";
import { PRICES_AS_OF, Prices } from "../../src/models/prices.ts";
import { excerpts, passage } from "../support/passage.ts";

const [kept, left] = [passage({ text: "Sent.", score: 0.912345 }), passage({ text: "Left out.", start: 90 })];
const call = {
	model: "gpt-4o-mini",
	usage: { input_tokens: 1_000_000, cached_tokens: 400_000, output_tokens: 10_000, reasoning_tokens: 0 },
	reported: true,
	counted: 990_000,
};
const facts: ReceiptFacts = {
	model: "gpt-4o-mini",
	considered: 2,
	retrieval: null,
	rewrite: null,
	sent: excerpts(kept),
	dropped: [droppedEntry({ passage: left, reason: "over_budget" })],
	turns: { sent: 1, dropped: 3, summarised: 0 },
	summary: null,
	tokens: { instructions: 5, history: 17, passages: 6, question: 4, tools: 9, overhead: 8, output: 3 },
	calls: [call],
	wholeFilesTokens: 9_000,
	citations: { ...noCitations(), verified: 1 },
	milliseconds: { retrieve: 3, first_token: 5, total: 9 },
	prices: new Prices(),
};

test("the tokens of the parts add up to the total", () => {
	expect(writeReceipt(facts).tokens).toEqual({ ...facts.tokens, total: 52 });
});

test("names each call to the model, and its cost is that of all of them", () => {
	const usage = { input_tokens: 1_000_000, cached_tokens: 0, output_tokens: 0, reasoning_tokens: 0 };
	const { model_calls, cost_usd } = writeReceipt({
		...facts,
		calls: [...facts.calls, { ...call, model: "gpt-4o", usage }],
	});
	expect(model_calls).toEqual([
		{ model: "gpt-4o-mini", input_tokens: 1_000_000, cached_tokens: 400_000, output_tokens: 10_000 },
		{ model: "gpt-4o", input_tokens: 1_000_000, cached_tokens: 0, output_tokens: 0 },
	]);
	expect(cost_usd).toBeCloseTo(0.126 + 2.5);
});

test("names what was sent, and what was dropped and why", () => {
	const { file_id, filename, location, tokens } = kept;
	expect(writeReceipt(facts).passages).toEqual({
		considered: 2,
		sent: [{ chunk_id: kept.chunk_id, file_id, filename, location, tokens, score: 0.9123 }],
		dropped: [expect.objectContaining({ chunk_id: left.chunk_id, reason: "over_budget" })],
	});
});

test("costs what the model's price says, and null where it has none", () => {
	// 600,000 fresh tokens at 0.15, 400,000 cached at 0.075, 10,000 written at 0.6 for a million.
	expect(writeReceipt(facts).cost_usd).toBeCloseTo(0.09 + 0.03 + 0.006);
	expect(
		writeReceipt({ ...facts, calls: facts.calls.map((call) => ({ ...call, model: "qwen3" })) }).cost_usd,
	).toBeNull();
});

test("says the price of each model that was called, and the day it is of", () => {
	const rewrite = { model: "own", usage: call.usage };
	const prices = new Prices(new Map([["own", { input: 1, cached_input: 1, output: 1 }]]));
	expect(writeReceipt({ ...facts, rewrite, prices }).prices).toEqual({
		"gpt-4o-mini": { input: 0.15, cached_input: 0.075, output: 0.6, as_of: PRICES_AS_OF },
		own: { input: 1, cached_input: 1, output: 1, as_of: null },
	});
	expect(writeReceipt({ ...facts, calls: [{ ...call, model: "qwen3" }] }).prices).toEqual({ qwen3: null });
});

test("says how far the servers' counts are from ours, of those that report one", () => {
	const counts = (...calls: ReceiptFacts["calls"]) => writeReceipt({ ...facts, calls }).usage_difference;
	expect(counts(call)).toBe(0.0101);
	expect(counts(call, { ...call, counted: 1_010_000 })).toBe(0);
	expect(counts(call, { ...call, counted: 1, reported: false })).toBe(0.0101);
	expect(counts({ ...call, reported: false })).toBeNull();
});

test.each([
	[0.123449, 0.1234],
	[0.99996, 1],
	[0, 0],
])("the score %d goes out as %d", (score, rounded) => {
	expect(roundScore(score)).toBe(rounded);
});
