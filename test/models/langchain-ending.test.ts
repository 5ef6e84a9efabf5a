import { AIMessageChunk } from "@langchain/core/messages";
import { describe, expect, test } from "vitest";
import { type Ending, readEnding } from "../../src/models/langchain-ending.ts";

const ending = (...chunks: ConstructorParameters<typeof AIMessageChunk>[0][]): Ending => {
	const read: Ending = { finish: "stop", model: "p:asked", usage: null };
	for (const chunk of chunks) readEnding(new AIMessageChunk(chunk as object), read);
	return read;
};

describe("why an answer ended, in each provider's words", () => {
	test.each([
		["response_metadata", { finish_reason: "stop" }, "stop"],
		["response_metadata", { finish_reason: "length" }, "length"],
		["response_metadata", { finish_reason: "tool_calls" }, "stop"],
		["response_metadata", { finish_reason: "content_filter" }, "content_filter"],
		["response_metadata", { finishReason: "MAX_TOKENS" }, "length"],
		["response_metadata", { finishReason: "SAFETY" }, "content_filter"],
		["response_metadata", { finishReason: "model_length" }, "length"],
		["response_metadata", { done_reason: "length" }, "length"],
		["response_metadata", { messageStop: { stopReason: "max_tokens" } }, "length"],
		["response_metadata", { messageStop: { stopReason: "guardrail_intervened" } }, "content_filter"],
		["additional_kwargs", { stop_reason: "max_tokens", stop_sequence: null }, "length"],
		["additional_kwargs", { stop_reason: "refusal" }, "content_filter"],
		["additional_kwargs", { stop_reason: "end_turn" }, "stop"],
		["response_metadata", { finish_reason: null }, "stop"],
	])("%s %j is %s", (place, said, finish) => {
		expect(ending({ content: "", [place]: said }, { content: "" }).finish).toBe(finish);
	});
});

test.each([
	["response_metadata", { model_name: "m-2026" }, "p:m-2026"],
	["response_metadata", { model: "m-2026" }, "p:m-2026"],
	["additional_kwargs", { model: "m-2026" }, "p:m-2026"],
	["response_metadata", { model: "" }, "p:asked"],
	["response_metadata", {}, "p:asked"],
])("of %s %j the model's name is %s", (place, said, model) => {
	expect(ending({ content: "", [place]: said }).model).toBe(model);
});

test("the usage of the pieces is added up", () => {
	const { usage } = ending(
		{
			content: "",
			usage_metadata: { input_tokens: 90, output_tokens: 1, total_tokens: 91, input_token_details: { cache_read: 50 } },
		},
		{ content: "a" },
		{
			content: "",
			usage_metadata: { input_tokens: 0, output_tokens: 8, total_tokens: 8, output_token_details: { reasoning: 3 } },
		},
	);
	expect(usage).toEqual({ input_tokens: 90, cached_tokens: 50, output_tokens: 9, reasoning_tokens: 3 });
});
