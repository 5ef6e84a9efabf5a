import OpenAI from "openai";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { ChatRequest } from "../../src/models/chat-model.ts";
import { createOpenAIChat } from "../../src/models/openai-chat.ts";
import { chatRequest } from "../support/chat-request.ts";
import { type FakeOpenAI, type Fault, startFakeOpenAI } from "../support/fake-openai.ts";
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

const settings = { MODEL_TIMEOUT_SECONDS: 60, MODEL_RETRIES: 0 };
const answer = (fields: Partial<ChatRequest> = {}) =>
	Array.fromAsync(createOpenAIChat(client, settings).stream(chatRequest(fields)));

test("the answer comes in the pieces in which the server sends it, and ends in one event", async () => {
	const events = await answer();
	expect(events).toEqual([
		{ type: "text", text: "One" },
		{ type: "text", text: " two" },
		{ type: "text", text: " three." },
		{ type: "done", finish: "stop", model: "fake-model", usage: expect.objectContaining({ output_tokens: 4 }) },
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

describe("what a client wishes of a model", () => {
	const wishes = { reasoning_effort: "low", verbosity: "high", prompt_cache_key: "k", safety_identifier: "s" } as const;
	const refuse = (status: number) => fake.failNext("/chat/completions", { kind: "status", status });

	test("is told to its server", async () => {
		await answer({ wishes });
		expect(fake.requests[0]?.body).toMatchObject(wishes);
	});

	test.each([400, 422])("is let go where the server answers %i", async (status) => {
		refuse(status);
		expect((await answer({ wishes, temperature: 0 })).at(-1)).toMatchObject({ type: "done" });
		const [, again] = fake.requests;
		expect(again?.body.temperature).toBe(0);
		for (const wish of Object.keys(wishes)) expect(again?.body).not.toHaveProperty(wish);
	});

	test("is not what a server minds that refuses the rest too", async () => {
		refuse(400);
		fake.failNext("/chat/completions", { kind: "status", status: 400, message: "no such tool" });
		await expect(answer({ wishes })).rejects.toMatchObject({ message: expect.stringContaining("no such tool") });
		expect(fake.requests).toHaveLength(2);
	});

	test.each([
		[400, {}],
		[401, wishes],
		[500, wishes],
	])("is no reason to ask again after a %i with %j", async (status, given) => {
		refuse(status);
		await expect(answer({ wishes: given })).rejects.toMatchObject({ code: "upstream_error" });
		expect(fake.requests).toHaveLength(1);
	});
});

describe("what goes wrong is thrown, also in mid-stream", () => {
	test("after the pieces that had come", async () => {
		fake.failNext("/chat/completions", { kind: "cut_off", after: 2 });
		const seen: string[] = [];
		const reading = (async () => {
			for await (const event of createOpenAIChat(client, settings).stream(chatRequest())) {
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
		const answers = createOpenAIChat(client, settings)
			.stream(chatRequest({ signal: abort.signal }))
			[Symbol.asyncIterator]();
		expect(await answers.next()).toMatchObject({ value: { type: "text", text: "One" } });
		abort.abort();
		await expect(answers.next()).rejects.toMatchObject({ code: "upstream_error" });
		await until("the call to end", () => fake.requests[0]?.abandoned);
	});

	test("a reader that stops reading ends the call too", async () => {
		fake.failNext("/chat/completions", { kind: "stall", after: 1 });
		for await (const event of createOpenAIChat(client, settings).stream(chatRequest())) {
			expect(event).toEqual({ type: "text", text: "One" });
			break;
		}
		await until("the call to end", () => fake.requests[0]?.abandoned);
	});
});

test("the list is the server's, and one that it does not give is an error", async () => {
	expect(await createOpenAIChat(client, settings).list()).toEqual(["fake-model"]);
	fake.failNext("/models", { kind: "status", status: 500 });
	await expect(createOpenAIChat(client, settings).list()).rejects.toMatchObject({ code: "upstream_error" });
});

describe("a server that is silent", () => {
	const impatient = { MODEL_TIMEOUT_SECONDS: 1, MODEL_RETRIES: 2 };
	const read = async (seen: unknown[] = []) => {
		for await (const event of createOpenAIChat(client, impatient).stream(chatRequest())) seen.push(event);
	};

	test.each<[string, Fault, number]>([
		["before its first piece", { kind: "hang" }, 0],
		["between two pieces", { kind: "stall", after: 2 }, 2],
	])("%s is given up, with the setting's name, and not asked again", async (_name, fault, pieces) => {
		fake.failNext("/chat/completions", fault);
		const seen: unknown[] = [];
		await expect(read(seen)).rejects.toMatchObject({
			code: "upstream_error",
			retryable: true,
			message: expect.stringMatching(/sent nothing for 1 s.*MODEL_TIMEOUT_SECONDS/),
		});
		expect(seen).toHaveLength(pieces);
		await until("the call to end", () => fake.requests[0]?.abandoned);
		expect(fake.requests).toHaveLength(1);
	});
});

describe("a server that is busy", () => {
	const busy = { kind: "status", status: 503, headers: { "retry-after-ms": "5" } } as const;

	test.each([
		[0, 1],
		[2, 3],
	])("is asked again as often as MODEL_RETRIES says: %i", async (MODEL_RETRIES, calls) => {
		for (let call = 0; call < calls; call++) fake.failNext("/chat/completions", busy);
		const chat = createOpenAIChat(client, { ...settings, MODEL_RETRIES });
		await expect(Array.fromAsync(chat.stream(chatRequest()))).rejects.toMatchObject({ code: "upstream_error" });
		expect(fake.requests).toHaveLength(calls);
		expect(await Array.fromAsync(chat.stream(chatRequest()))).toHaveLength(4);
	});

	test("and breaks off in mid-answer is not, because what was told cannot be taken back", async () => {
		fake.failNext("/chat/completions", { kind: "cut_off", after: 1 });
		const chat = createOpenAIChat(client, { ...settings, MODEL_RETRIES: 2 });
		await expect(Array.fromAsync(chat.stream(chatRequest()))).rejects.toMatchObject({ code: "upstream_error" });
		expect(fake.requests).toHaveLength(1);
	});
});
