import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { AnswerFormat, ChatRequest, ChatTool } from "../../src/models/chat-model.ts";
import { createLangChainChat } from "../../src/models/langchain-chat.ts";
import { chatRequest } from "../support/chat-request.ts";
import { type FakeOpenAI, type Fault, startFakeOpenAI } from "../support/fake-openai.ts";
import { until } from "../support/until.ts";

// `openai` asks the fake here, `anthropic` one of its own in langchain-anthropic.test.ts; the others differ as their packages' source says.
let fake: FakeOpenAI;
beforeAll(async () => {
	fake = await startFakeOpenAI();
});
beforeEach(() => {
	fake.requests.length = 0;
	fake.answerWithChunks(undefined);
	fake.answerWith(["One", " two", " three."]);
});
afterAll(() => fake.stop());

const settings = () => ({
	OPENAI_BASE_URL: fake.url,
	OPENAI_API_KEY: "sk-of-ours-1234567890",
	MODEL_TIMEOUT_SECONDS: 60,
	MODEL_RETRIES: 0,
});
const ask = (fields: Partial<ChatRequest> = {}, set: Partial<ReturnType<typeof settings>> = {}) =>
	createLangChainChat({ ...settings(), ...set }).stream(chatRequest({ model: "openai:gpt-4o", ...fields }));
const answer = (...given: Parameters<typeof ask>) => Array.fromAsync(ask(...given));
async function sent(fields: Partial<ChatRequest>): Promise<Record<string, unknown>> {
	await answer(fields);
	return fake.requests.at(-1)?.body ?? {};
}
const fail = (fault: Fault) => fake.failNext("/chat/completions", fault);

const weather: ChatTool = {
	name: "weather",
	description: "Tells the weather.",
	parameters: { type: "object", properties: { city: { type: "string" } } },
	strict: null,
};

describe("an answer", () => {
	test("comes in the pieces in which the provider sends it, with its name, its end and its usage", async () => {
		const usage = {
			prompt_tokens: 50,
			completion_tokens: 6,
			total_tokens: 56,
			prompt_tokens_details: { cached_tokens: 40 },
			completion_tokens_details: { reasoning_tokens: 2 },
		};
		fake.answerWith(["One", " two"], { finish: "length", usage, model: "gpt-4o-2024-11-20" });
		expect(await answer()).toEqual([
			{ type: "text", text: "One" },
			{ type: "text", text: " two" },
			{
				type: "done",
				finish: "length",
				model: "openai:gpt-4o-2024-11-20",
				usage: { input_tokens: 50, cached_tokens: 40, output_tokens: 6, reasoning_tokens: 2 },
			},
		]);
		expect(fake.requests[0]?.headers.authorization).toBe("Bearer sk-of-ours-1234567890");
		expect(fake.requests[0]?.body).toMatchObject({ model: "gpt-4o", stream: true });
	});

	test("whose usage is not told has none", async () => {
		fake.answerWith(["x"], { usage: null });
		expect((await answer()).at(-1)).toMatchObject({ type: "done", usage: null, model: "openai:gpt-4o" });
	});
});

describe("what is sent", () => {
	test("what was said and called for, and the limits that are set", async () => {
		const body = await sent({
			messages: [
				{ role: "system", content: "Be brief." },
				{ role: "user", content: "Weather?" },
				{
					role: "assistant",
					content: "",
					toolCalls: [{ id: "call_1", name: "weather", arguments: '{"city":"Rome"}' }],
				},
				{ role: "tool", callId: "call_1", content: "sunny" },
			],
			max_output_tokens: 99,
			temperature: 0.3,
			top_p: 0.8,
		});
		expect(body).toMatchObject({
			messages: [
				{ role: "system", content: "Be brief." },
				{ role: "user", content: "Weather?" },
				{
					role: "assistant",
					tool_calls: [{ id: "call_1", type: "function", function: { name: "weather", arguments: '{"city":"Rome"}' } }],
				},
				{ role: "tool", tool_call_id: "call_1", content: "sunny" },
			],
			max_tokens: 99,
			temperature: 0.3,
			top_p: 0.8,
		});
	});

	test("what the client wishes, to models that the package knows to take it", async () => {
		const wishes = { reasoning_effort: "low", verbosity: "high", prompt_cache_key: "k" } as const;
		const body = await sent({ model: "openai:gpt-5-mini", wishes });
		expect(body).toMatchObject({ reasoning_effort: "low", verbosity: "high", prompt_cache_key: "k" });
		expect((await sent({ wishes })).reasoning_effort).toBeUndefined();
	});

	test("nothing of what is left to the provider", async () => {
		const body = await sent({});
		for (const field of ["temperature", "top_p", "max_tokens", "tools", "tool_choice", "response_format"]) {
			expect(body[field]).toBeUndefined();
		}
	});

	test.each<[ChatRequest["toolChoice"], unknown]>([
		["auto", undefined],
		["none", "none"],
		["required", "required"],
		[{ name: "weather" }, { type: "function", function: { name: "weather" } }],
	])("tools, and the choice %j", async (toolChoice, written) => {
		const body = await sent({ tools: [weather], toolChoice, parallelToolCalls: false });
		const { name, description, parameters } = weather;
		expect(body).toMatchObject({
			tools: [{ type: "function", function: { name, description, parameters } }],
			parallel_tool_calls: false,
		});
		expect(body.tool_choice).toEqual(written);
	});

	const schema = { type: "object", properties: { n: { type: "number" } } };
	test.each<[AnswerFormat, ChatTool[]]>([
		[{ type: "json_schema", name: "n", schema, strict: true, description: null }, []],
		[{ type: "json_schema", name: "n", schema, strict: true, description: null }, [weather]],
	])("the form of the answer, which still comes as text, beside tools too", async (format, tools) => {
		fake.answerWith(['{"n":', "1}"]);
		const events = await answer({ format, tools, toolChoice: "auto" });
		expect(events.map((event) => (event.type === "text" ? event.text : ""))).toEqual(['{"n":', "1}", ""]);
		expect(fake.requests.at(-1)?.body.response_format).toMatchObject({
			type: "json_schema",
			json_schema: { name: "n", schema, strict: true },
		});
	});

	test("arguments that are no JSON object are refused, and nothing is asked", async () => {
		const toolCalls = [{ id: "call_1", name: "weather", arguments: '{"city":' }];
		await expect(answer({ messages: [{ role: "assistant", content: "", toolCalls }] })).rejects.toMatchObject({
			code: "invalid_value",
			param: "input",
			message: expect.stringContaining("call_1"),
		});
		expect(fake.requests).toHaveLength(0);
	});
});

test("calls are told one by one, in pieces", async () => {
	const delta = (tool_calls: object[]) => ({
		model: "gpt-4o",
		choices: [{ index: 0, delta: { role: "assistant", tool_calls } }],
	});
	fake.answerWithChunks([
		delta([{ index: 0, id: "call_1", type: "function", function: { name: "weather", arguments: "" } }]),
		delta([{ index: 0, function: { arguments: '{"city":' } }]),
		delta([{ index: 0, function: { arguments: '"Rome"}' } }]),
		delta([{ index: 1, id: "call_2", type: "function", function: { name: "weather", arguments: "{}" } }]),
		{ model: "gpt-4o", choices: [{ index: 0, delta: {}, finish_reason: "tool_calls" }] },
	]);
	expect(await answer({ tools: [weather], toolChoice: "auto" })).toMatchObject([
		{ type: "tool_call", id: "call_1", name: "weather" },
		{ type: "arguments", text: '{"city":' },
		{ type: "arguments", text: '"Rome"}' },
		{ type: "tool_call", id: "call_2", name: "weather" },
		{ type: "arguments", text: "{}" },
		{ type: "done", finish: "stop" },
	]);
});

describe("what is not installed is named", () => {
	test("the provider's package", async () => {
		await expect(answer({ model: "groq:llama-4" })).rejects.toMatchObject({
			code: "configuration",
			message: "Models of 'groq' need packages that are not installed: npm install langchain @langchain/groq",
		});
	});

	test("LangChain itself", async () => {
		// What the import of a package that is not there throws.
		const load = () =>
			Promise.reject(Object.assign(new Error("Cannot find package"), { code: "ERR_MODULE_NOT_FOUND" }));
		const chat = createLangChainChat(settings(), load);
		await expect(Array.fromAsync(chat.stream(chatRequest({ model: "mistralai:x" })))).rejects.toMatchObject({
			code: "configuration",
			message: expect.stringContaining("npm install langchain @langchain/mistralai"),
		});
	});
});

describe("what goes wrong at the provider is an error of ours", () => {
	test.each<[Fault, object]>([
		[
			{ kind: "status", status: 401, message: "Bad key sk-of-ours-1234567890 or 0a1b2c3d4e5f60718293a4b5c6d7e8f9" },
			{
				code: "upstream_error",
				retryable: false,
				message: expect.stringMatching(/401 .*\[redacted\] or \[redacted\]/),
			},
		],
		[
			{ kind: "status", status: 404 },
			{ code: "model_not_found", param: "model" },
		],
		[
			{ kind: "status", status: 429, headers: { "retry-after": "7" } },
			{ code: "rate_limit_exceeded", retryable: true, retryAfter: 7 },
		],
		[
			{ kind: "status", status: 500, message: "CUDA out of memory" },
			{ code: "upstream_error", retryable: true, message: expect.stringContaining("CUDA out of memory") },
		],
		[{ kind: "cut_off", after: 2 }, { code: "upstream_error" }],
		[{ kind: "garbage" }, { code: "upstream_error" }],
		[{ kind: "web_page" }, { code: "upstream_error" }],
	])("%j", async (fault, error) => {
		fail(fault);
		await expect(answer()).rejects.toMatchObject({ name: "ExcerptError", ...error });
	});

	test("a provider that is away may be asked again", async () => {
		fake.setDown(true);
		await expect(answer()).rejects.toMatchObject({ code: "upstream_error", retryable: true });
		fake.setDown(false);
	});

	test("a provider that is busy is asked again", async () => {
		fail({ kind: "status", status: 503 });
		expect((await answer({}, { MODEL_RETRIES: 1 })).at(-1)).toMatchObject({ type: "done" });
		expect(fake.requests).toHaveLength(2);
	});

	test("a provider that is silent is given up", async () => {
		fail({ kind: "stall", after: 2 });
		await expect(answer({}, { MODEL_TIMEOUT_SECONDS: 1 })).rejects.toMatchObject({
			code: "upstream_error",
			message: expect.stringContaining("MODEL_TIMEOUT_SECONDS"),
		});
		await until("the call to end", () => fake.requests[0]?.abandoned);
	});

	test("an abort ends the call", async () => {
		fail({ kind: "stall", after: 1 });
		const abort = new AbortController();
		const answers = ask({ signal: abort.signal })[Symbol.asyncIterator]();
		expect(await answers.next()).toMatchObject({ value: { type: "text", text: "One" } });
		abort.abort();
		await expect(answers.next()).rejects.toMatchObject({ code: "upstream_error", message: "The model was stopped." });
		await until("the call to end", () => fake.requests[0]?.abandoned);
	});
});
