import { expect, test } from "vitest";
import { countParts } from "../../src/ask/count-parts.ts";
import type { ChatMessage } from "../../src/models/chat-model.ts";
import { countTokens } from "../../src/models/tokens.ts";

const usage = { input_tokens: 1, cached_tokens: 0, output_tokens: 1, reasoning_tokens: 0 };
const facts = {
	system: "Answer from the excerpts.",
	historyTokens: 17,
	question: "What was sent?",
	excerpts: "<excerpt>Sent.</excerpt>",
	steps: [],
	tools: [],
};
const once = { model: "m", usage, added: [] };

test("of one call each part counts once", () => {
	expect(countParts(facts, [once], "This was sent.")).toEqual({
		instructions: countTokens(facts.system),
		history: 17,
		passages: countTokens(facts.excerpts),
		question: countTokens(facts.question),
		tools: 0,
		output: countTokens("This was sent."),
	});
});

test("of several calls what each was sent counts each time, and what a search added from then on", () => {
	const call = { id: "call_1", name: "file_search", arguments: '{"queries":["sent"]}' };
	const added: ChatMessage[] = [
		{ role: "assistant", content: "", toolCalls: [call] },
		{ role: "tool", callId: "call_1", content: "<excerpt>More.</excerpt>" },
	];
	const parts = countParts(facts, [once, { ...once, added }], "");
	expect(parts.question).toBe(2 * countTokens(facts.question));
	expect(parts.history).toBe(34);
	expect(parts.passages).toBe(2 * countTokens(facts.excerpts) + countTokens("<excerpt>More.</excerpt>"));
	expect(parts.tools).toBe(countTokens("file_search") + countTokens(call.arguments));
});

test("functions count as tools: what they are, what they were called with, what they gave", () => {
	const tool = { name: "add", description: "Adds.", parameters: { type: "object" }, strict: null };
	const steps: ChatMessage[] = [
		{ role: "assistant", content: "", toolCalls: [{ id: "c", name: "add", arguments: "{}" }] },
		{ role: "tool", callId: "c", content: "three" },
	];
	const expected = ["add", "Adds.", '{"type":"object"}', "add", "{}", "three"].map(countTokens);
	expect(countParts({ ...facts, steps, tools: [tool] }, [once], "").tools).toBe(
		expected.reduce((sum, tokens) => sum + tokens, 0),
	);
});
