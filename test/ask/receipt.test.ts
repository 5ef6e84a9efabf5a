import { expect, test } from "vitest";
import { type ReceiptFacts, writeReceipt } from "../../src/ask/receipt.ts";
import { roundScore } from "../../src/ask/round-score.ts";
import { excerpts, passage } from "../support/passage.ts";

const [kept, left] = [passage({ text: "Sent.", score: 0.912345 }), passage({ text: "Left out.", start: 90 })];
const facts: ReceiptFacts = {
	model: "gpt-4o-mini",
	considered: 2,
	retrieval: null,
	rewrite: null,
	sent: excerpts(kept),
	dropped: [{ passage: left, reason: "over_budget" }],
	turns: { sent: 1, dropped: 3 },
	tokens: { instructions: 5, history: 17, passages: 6, question: 4, tools: 9, output: 3 },
	calls: [
		{
			model: "gpt-4o-mini",
			usage: { input_tokens: 1_000_000, cached_tokens: 400_000, output_tokens: 10_000, reasoning_tokens: 0 },
		},
	],
	wholeFilesTokens: 9_000,
	citations: { verified: 1, dropped: 0 },
	milliseconds: { retrieve: 3, first_token: 5, total: 9 },
};

test("the tokens of the parts add up to the total", () => {
	expect(writeReceipt(facts).tokens).toEqual({ ...facts.tokens, total: 44 });
});

test("names each call to the model, and its cost is that of all of them", () => {
	const usage = { input_tokens: 1_000_000, cached_tokens: 0, output_tokens: 0, reasoning_tokens: 0 };
	const { model_calls, cost_usd } = writeReceipt({ ...facts, calls: [...facts.calls, { model: "gpt-4o", usage }] });
	expect(model_calls).toEqual([
		{ model: "gpt-4o-mini", input_tokens: 1_000_000, output_tokens: 10_000 },
		{ model: "gpt-4o", input_tokens: 1_000_000, output_tokens: 0 },
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

test.each([
	[0.123449, 0.1234],
	[0.99996, 1],
	[0, 0],
])("the score %d goes out as %d", (score, rounded) => {
	expect(roundScore(score)).toBe(rounded);
});
