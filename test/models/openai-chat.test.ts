import OpenAI from "openai";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type ChatRequest, TEXT_ONLY } from "../../src/models/chat-model.ts";
import { createOpenAIChat } from "../../src/models/openai-chat.ts";
import { type FakeOpenAI, startFakeOpenAI } from "../support/fake-openai.ts";
import { until } from "../support/until.ts";

let fake: FakeOpenAI;
let client: OpenAI;
beforeAll(async () => {
	fake = await startFakeOpenAI();
	client = new OpenAI({ baseURL: fake.url, apiKey: "sk-1234567890", maxRetries: 0 });
});
beforeEach(() => {
	fake.requests.length = 0;
	fake.answerWith(["One", " two", " three."]);
});
afterAll(() => fake.stop());

const request = (fields: Partial<ChatRequest> = {}): ChatRequest => ({
	...TEXT_ONLY,
	model: "fake-model",
	messages: [{ role: "user", content: "Count." }],
	question: "Count.",
	context: [],
	max_output_tokens: null,
	temperature: null,
	top_p: null,
	signal: AbortSignal.timeout(20_000),
	...fields,
});
const answer = (fields: Partial<ChatRequest> = {}) =>
	Array.fromAsync(createOpenAIChat(client, new Map()).stream(request(fields)));

test("the answer comes in the pieces in which the server sends it, and ends in one event", async () => {
	const events = await answer();
	expect(events).toEqual([
		{ type: "text", text: "One" },
		{ type: "text", text: " two" },
		{ type: "text", text: " three." },
		{ type: "done", finish: "stop", model: "fake-model", usage: expect.objectContaining({ output_tokens: 3 }) },
	]);
	expect(fake.requests[0]?.body).toMatchObject({ stream: true, stream_options: { include_usage: true } });
});

describe("servers differ", () => {
	test.each([
		["stop", "stop"],
		["tool_calls", "stop"],
		["a word nobody knows", "stop"],
		["length", "length"],
		["content_filter", "content_filter"],
	])("finish_reason %j is %s", async (finish, ours) => {
		fake.answerWith(["x"], { finish });
		expect((await answer()).at(-1)).toMatchObject({ finish: ours });
	});

	test.each([
		[null, null],
		[
			{ prompt_tokens: 5, completion_tokens: 6, total_tokens: 11 },
			{ input_tokens: 5, cached_tokens: 0, output_tokens: 6, reasoning_tokens: 0 },
		],
		[
			{
				prompt_tokens: 5,
				completion_tokens: 6,
				prompt_tokens_details: { cached_tokens: 4 },
				completion_tokens_details: { reasoning_tokens: 2 },
			},
			{ input_tokens: 5, cached_tokens: 4, output_tokens: 6, reasoning_tokens: 2 },
		],
	])("usage %j is %j", async (usage, ours) => {
		fake.answerWith(["x"], { usage });
		expect((await answer()).at(-1)).toMatchObject({ usage: ours });
	});

	test("a blank model name is the one that was asked for", async () => {
		fake.answerWith(["x"], { model: "" });
		expect((await answer()).at(-1)).toMatchObject({ model: "fake-model" });
	});
});

describe("what goes wrong is thrown, also in mid-stream", () => {
	test("after the pieces that had come", async () => {
		fake.failNext("/chat/completions", { kind: "cut_off", after: 2 });
		const seen: string[] = [];
		const reading = (async () => {
			for await (const event of createOpenAIChat(client, new Map()).stream(request())) {
				if (event.type === "text") seen.push(event.text);
			}
		})();
		await expect(reading).rejects.toMatchObject({ name: "ExcerptError", code: "upstream_error" });
		expect(seen).toEqual(["One", " two"]);
	});

	test("a page that is no API is told from an empty answer", async () => {
		fake.failNext("/chat/completions", { kind: "web_page" });
		await expect(answer()).rejects.toMatchObject({
			code: "upstream_error",
			message: expect.stringContaining("OPENAI_BASE_URL"),
		});
		fake.answerWith([]);
		expect(await answer()).toMatchObject([{ type: "done", finish: "stop" }]);
	});

	test("an abort, which also ends the call", async () => {
		fake.failNext("/chat/completions", { kind: "stall", after: 1 });
		const abort = new AbortController();
		const answers = createOpenAIChat(client, new Map())
			.stream(request({ signal: abort.signal }))
			[Symbol.asyncIterator]();
		expect(await answers.next()).toMatchObject({ value: { type: "text", text: "One" } });
		abort.abort();
		await expect(answers.next()).rejects.toMatchObject({ code: "upstream_error" });
		await until("the call to end", () => fake.requests[0]?.abandoned);
	});

	test("a reader that stops reading ends the call too", async () => {
		fake.failNext("/chat/completions", { kind: "stall", after: 1 });
		for await (const event of createOpenAIChat(client, new Map()).stream(request())) {
			expect(event).toEqual({ type: "text", text: "One" });
			break;
		}
		await until("the call to end", () => fake.requests[0]?.abandoned);
	});
});

describe("the names of models", () => {
	const aliases = new Map([
		["gpt-4o", "llama"],
		["*", "qwen"],
	]);

	test.each([
		["gpt-4o", "llama"],
		["anything", "qwen"],
	])("%s resolves to %s", (asked, answering) => {
		expect(createOpenAIChat(client, aliases).resolve(asked)).toBe(answering);
	});

	test("without aliases a name is what it is", () => {
		expect(createOpenAIChat(client, new Map()).resolve("anything")).toBe("anything");
	});

	test("the list is the server's and the aliases, each once", async () => {
		const more = new Map([...aliases, ["fake-model", "llama"]]);
		expect(await createOpenAIChat(client, more).list()).toEqual(["fake-model", "gpt-4o"]);
	});

	test("a list that the server does not give is an error", async () => {
		fake.failNext("/models", { kind: "status", status: 500 });
		await expect(createOpenAIChat(client, aliases).list()).rejects.toMatchObject({ code: "upstream_error" });
	});
});
