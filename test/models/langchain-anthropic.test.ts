import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import type { ChatRequest, ChatTool } from "../../src/models/chat-model.ts";
import { createLangChainChat } from "../../src/models/langchain-chat.ts";
import { citationsOf, fileSearch } from "../support/ask.ts";
import { chatRequest } from "../support/chat-request.ts";
import { type FakeAnthropic, startFakeAnthropic } from "../support/fake-anthropic.ts";
import { startTestService } from "../support/service.ts";
import { createStore } from "../support/upload.ts";

/** A provider whose wire has little of OpenAI's, asked with its own package. */
let fake: FakeAnthropic;
beforeAll(async () => {
	fake = await startFakeAnthropic();
	vi.stubEnv("ANTHROPIC_BASE_URL", fake.url);
	vi.stubEnv("ANTHROPIC_API_KEY", "sk-ant-of-the-owner");
});
beforeEach(() => {
	fake.requests.length = 0;
});
afterAll(async () => {
	vi.unstubAllEnvs();
	await fake.stop();
});

const model = "anthropic:claude-sonnet-4-5";
const settings = { OPENAI_BASE_URL: "", OPENAI_API_KEY: "", MODEL_TIMEOUT_SECONDS: 60, MODEL_RETRIES: 0 };
const answer = (fields: Partial<ChatRequest> = {}, set: Partial<typeof settings> = {}) =>
	Array.fromAsync(createLangChainChat({ ...settings, ...set }).stream(chatRequest({ model, ...fields })));

const weather: ChatTool = {
	name: "weather",
	description: "Tells the weather.",
	parameters: { type: "object", properties: { city: { type: "string" } } },
	strict: null,
};

test("an answer comes in pieces, with its name, its end, and its usage as the provider counts it", async () => {
	fake.answerInTurn({
		blocks: [{ text: "In the forest." }],
		stop_reason: "max_tokens",
		usage: { cache_read_input_tokens: 30 },
	});
	expect(await answer()).toEqual([
		{ type: "text", text: "In the " },
		{ type: "text", text: "forest." },
		{
			type: "done",
			finish: "length",
			model: "anthropic:claude-sonnet-4-5-20260101",
			usage: { input_tokens: 50, cached_tokens: 30, output_tokens: 9, reasoning_tokens: 0 },
		},
	]);
	expect(fake.requests).toMatchObject([{ path: "/v1/messages", key: "sk-ant-of-the-owner" }]);
});

test("what was said and called for is told in its form, with the limits, the tools, the form and the effort", async () => {
	await answer({
		messages: [
			{ role: "system", content: "Be brief." },
			{ role: "user", content: "Weather?" },
			{
				role: "assistant",
				content: "I look.",
				toolCalls: [{ id: "call_1", name: "weather", arguments: '{"city":"Rome"}' }],
			},
			{ role: "tool", callId: "call_1", content: "sunny" },
		],
		tools: [weather],
		toolChoice: { name: "weather" },
		format: { type: "json_schema", name: "n", schema: { type: "object" }, strict: true, description: null },
		max_output_tokens: 99,
		wishes: { reasoning_effort: "low", verbosity: "low" },
	});
	expect(fake.requests[0]?.body).toMatchObject({
		model: "claude-sonnet-4-5",
		stream: true,
		max_tokens: 99,
		system: "Be brief.",
		messages: [
			{ role: "user", content: "Weather?" },
			{
				role: "assistant",
				content: [
					{ type: "text", text: "I look." },
					{ type: "tool_use", id: "call_1", name: "weather", input: { city: "Rome" } },
				],
			},
			{ role: "user", content: [{ type: "tool_result", tool_use_id: "call_1", content: "sunny" }] },
		],
		tools: [{ name: "weather", description: "Tells the weather.", input_schema: weather.parameters }],
		tool_choice: { type: "tool", name: "weather" },
		output_config: { effort: "low", format: { type: "json_schema", schema: { type: "object" } } },
	});
});

test("calls that stand among blocks of text are told one by one, in pieces", async () => {
	fake.answerInTurn({
		blocks: [
			{ text: "I look" },
			{ id: "toolu_1", name: "weather", arguments: '{"city":"Rome"}' },
			{ id: "toolu_2", name: "weather", arguments: '{"city":"Oslo"}' },
		],
		stop_reason: "tool_use",
	});
	const events = await answer({ tools: [weather], toolChoice: "auto" });
	expect(events.filter(({ type }) => type !== "arguments")).toMatchObject([
		{ type: "text", text: "I look" },
		{ type: "tool_call", id: "toolu_1", name: "weather" },
		{ type: "tool_call", id: "toolu_2", name: "weather" },
		{ type: "done", finish: "stop" },
	]);
	const written = events.map((event) => (event.type === "arguments" ? event.text : "")).join("");
	expect(written).toBe('{"city":"Rome"}{"city":"Oslo"}');
});

test("a wish that the model refuses is asked for no more", async () => {
	fake.answerInTurn({ status: 400, type: "invalid_request_error", message: "effort is not supported by this model" });
	expect((await answer({ wishes: { reasoning_effort: "high" } })).at(-1)).toMatchObject({ type: "done" });
	expect(fake.requests.map(({ body }) => body.output_config)).toEqual([{ effort: "high" }, undefined]);
});

describe("what goes wrong at the provider is an error of ours", () => {
	test.each([
		[401, "authentication_error", { code: "upstream_error", retryable: false }],
		[404, "not_found_error", { code: "model_not_found", param: "model" }],
		[429, "rate_limit_error", { code: "rate_limit_exceeded", retryable: true, retryAfter: 7 }],
		[529, "overloaded_error", { code: "upstream_error", retryable: true }],
	])("%i %s", async (status, type, error) => {
		const message = "no sk-ant-of-the-owner-1234567890";
		fake.answerInTurn({ status, type, message, headers: { "retry-after": "7" } });
		const thrown = await answer().catch((caught) => caught);
		expect(thrown).toMatchObject({ name: "ExcerptError", ...error });
		expect(thrown.message).not.toContain("1234567890");
	});

	test("one that is overloaded is asked again", async () => {
		fake.answerInTurn({ status: 529, type: "overloaded_error", message: "Overloaded" });
		expect((await answer({}, { MODEL_RETRIES: 1 })).at(-1)).toMatchObject({ type: "done" });
		expect(fake.requests).toHaveLength(2);
	});
});

test("a question to documents is answered by it, with its citation and its usage", async () => {
	const t = await startTestService({ MODEL_ALIASES: `*=${model}` });
	try {
		const store = await createStore(t.client, { "a.txt": "The okapi lives in the Ituri forest." });
		fake.answerInTurn({ blocks: [{ text: "It lives in the Ituri forest【1】." }] });
		const tools = [fileSearch(store.id)];
		const response = await t.client.responses.create({ model: "gpt-5", input: "Where does the okapi live?", tools });
		expect(response).toMatchObject({
			model: "anthropic:claude-sonnet-4-5-20260101",
			output_text: "It lives in the Ituri forest.",
			usage: { input_tokens: 20, output_tokens: 9, total_tokens: 29 },
		});
		expect(citationsOf(response)).toMatchObject([{ quote: "The okapi lives in the Ituri forest." }]);
	} finally {
		await t.stop();
	}
});
