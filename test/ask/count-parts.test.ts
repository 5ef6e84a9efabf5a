import { expect, test } from "vitest";
import type { ModelCall } from "../../src/ask/answer.ts";
import { countParts } from "../../src/ask/count-parts.ts";
import type { ChatMessage } from "../../src/models/chat-model.ts";
import { countTools } from "../../src/models/count-messages.ts";
import { countTokens } from "../../src/models/tokens.ts";

const usage = { input_tokens: 1, cached_tokens: 0, output_tokens: 1, reasoning_tokens: 0 };
const history: ChatMessage[] = [
	{ role: "user", content: "Was anything sent?" },
	{ role: "assistant", content: "Yes.", toolCalls: [{ id: "c", name: "look", arguments: "{}" }] },
];
const facts = {
	system: "Answer from the excerpts.",
	history,
	question: "What was sent?",
	excerpts: "<excerpt>Sent.</excerpt>",
	steps: [],
};
const once: ModelCall = { model: "m", usage, reported: true, counted: 100, tools: [], added: [] };
const tokens = (...texts: string[]) => texts.reduce((sum, text) => sum + countTokens(text), 0);

test("of one call each part counts once, and what frames them is the rest of what was sent", () => {
	const { overhead, output, ...parts } = countParts(facts, [once], "This was sent.");
	expect(parts).toEqual({
		instructions: tokens(facts.system),
		history: tokens("Was anything sent?", "Yes.", "look", "{}"),
		passages: tokens(facts.excerpts),
		question: tokens(facts.question),
		tools: 0,
	});
	expect(output).toBe(tokens("This was sent."));
	expect(Object.values(parts).reduce((sum, part) => sum + part, overhead)).toBe(100);
});

test("of several calls what each was sent counts each time, and what a search added from then on", () => {
	const call = { id: "call_1", name: "file_search", arguments: '{"queries":["sent"]}' };
	const added: ChatMessage[] = [
		{ role: "assistant", content: "", toolCalls: [call] },
		{ role: "tool", callId: "call_1", content: "<excerpt>More.</excerpt>" },
	];
	const parts = countParts(facts, [once, { ...once, counted: 150, added }], "");
	expect(parts.question).toBe(2 * tokens(facts.question));
	expect(parts.passages).toBe(2 * tokens(facts.excerpts) + tokens("<excerpt>More.</excerpt>"));
	expect(parts.tools).toBe(tokens("file_search", call.arguments));
	expect(Object.values(parts).reduce((sum, part) => sum + part, 0)).toBe(250);
});

test("functions count as tools: as often as they were offered, what they were called with, what they gave", () => {
	const tool = { name: "add", description: "Adds.", parameters: { type: "object" }, strict: null };
	const steps: ChatMessage[] = [
		{ role: "assistant", content: "", toolCalls: [{ id: "c", name: "add", arguments: "{}" }] },
		{ role: "tool", callId: "c", content: "three" },
	];
	const parts = countParts({ ...facts, steps }, [{ ...once, tools: [tool] }, once], "");
	expect(parts.tools).toBe(countTools([tool]) + 2 * tokens("add", "{}", "three"));
});
