import OpenAI from "openai";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { AnswerFormat, ChatEvent, ChatRequest, ChatTool } from "../../src/models/chat-model.ts";
import { createOpenAIChat } from "../../src/models/openai-chat.ts";
import { chatRequest } from "../support/chat-request.ts";
import { type FakeOpenAI, startFakeOpenAI } from "../support/fake-openai.ts";

let fake: FakeOpenAI;
let client: OpenAI;
beforeAll(async () => {
	fake = await startFakeOpenAI();
	client = new OpenAI({ baseURL: fake.url, apiKey: "k", maxRetries: 0 });
});
beforeEach(() => {
	fake.requests.length = 0;
	fake.answerWithChunks(undefined);
});
afterAll(() => fake.stop());

const answer = (fields: Partial<ChatRequest> = {}) =>
	Array.fromAsync(
		createOpenAIChat(client, { MODEL_TIMEOUT_SECONDS: 60, MODEL_RETRIES: 0 }).stream(chatRequest(fields)),
	);
async function sent(fields: Partial<ChatRequest>): Promise<Record<string, unknown>> {
	await answer(fields);
	return fake.requests.at(-1)?.body ?? {};
}

const weather: ChatTool = {
	name: "weather",
	description: "Tells the weather.",
	parameters: { type: "object", properties: { city: { type: "string" } } },
	strict: true,
};
const bare: ChatTool = { name: "now", description: null, parameters: null, strict: null };

describe("what is sent", () => {
	test("the calls of earlier turns and what they gave, in chat completions' shapes", async () => {
		const { messages } = await sent({
			messages: [
				{ role: "system", content: "Be brief." },
				{ role: "user", content: "Weather?" },
				{
					role: "assistant",
					content: "",
					toolCalls: [{ id: "call_1", name: "weather", arguments: '{"city":"Rome"}' }],
				},
				{ role: "tool", callId: "call_1", content: "sunny" },
				{ role: "assistant", content: "Sunny." },
			],
		});
		expect(messages).toEqual([
			{ role: "system", content: "Be brief." },
			{ role: "user", content: "Weather?" },
			{
				role: "assistant",
				content: null,
				tool_calls: [{ id: "call_1", type: "function", function: { name: "weather", arguments: '{"city":"Rome"}' } }],
			},
			{ role: "tool", tool_call_id: "call_1", content: "sunny" },
			{ role: "assistant", content: "Sunny." },
		]);
	});

	test("a text beside calls stays", async () => {
		const toolCalls = [{ id: "call_1", name: "now", arguments: "{}" }];
		const { messages } = await sent({ messages: [{ role: "assistant", content: "I look.", toolCalls }] });
		expect(messages).toMatchObject([{ content: "I look.", tool_calls: [{ id: "call_1" }] }]);
	});

	test("tools with what is known of them, and nothing for what is not", async () => {
		const { tools } = await sent({ tools: [weather, bare], toolChoice: "auto" });
		const { name, description, parameters } = weather;
		expect(tools).toEqual([
			{ type: "function", function: { name, description, parameters, strict: true } },
			{ type: "function", function: { name: "now" } },
		]);
	});

	test.each<[ChatRequest["toolChoice"], unknown]>([
		["none", "none"],
		["auto", "auto"],
		["required", "required"],
		[{ name: "weather" }, { type: "function", function: { name: "weather" } }],
	])("the choice %j", async (toolChoice, written) => {
		expect((await sent({ tools: [weather], toolChoice })).tool_choice).toEqual(written);
	});

	test("no choice and no word of calls at once where there are no tools", async () => {
		const body = await sent({ toolChoice: "required", parallelToolCalls: false });
		expect(Object.keys(body)).not.toContain("tool_choice");
		expect(Object.keys(body)).not.toContain("parallel_tool_calls");
	});

	test("that calls may come at once is said only where they may not", async () => {
		expect(Object.keys(await sent({ tools: [bare] }))).not.toContain("parallel_tool_calls");
		expect(await sent({ tools: [bare], parallelToolCalls: false })).toMatchObject({ parallel_tool_calls: false });
	});

	const schema = { type: "object" };
	test.each<[AnswerFormat, unknown]>([
		[{ type: "text" }, undefined],
		[{ type: "json_object" }, { type: "json_object" }],
		[
			{ type: "json_schema", name: "n", schema, strict: true, description: null },
			{ type: "json_schema", json_schema: { name: "n", schema, strict: true } },
		],
		[
			{ type: "json_schema", name: "n", schema, strict: null, description: "d" },
			{ type: "json_schema", json_schema: { name: "n", schema, strict: null, description: "d" } },
		],
	])("the form %j", async (format, written) => {
		expect((await sent({ format })).response_format).toEqual(written);
	});
});

/** Chunks whose deltas have these pieces of calls, as a server streams them. */
const chunksOf = (...deltas: object[][]) => [
	...deltas.map((tool_calls) => ({ model: "m", choices: [{ index: 0, delta: { tool_calls }, finish_reason: null }] })),
	{ model: "m", choices: [{ index: 0, delta: {}, finish_reason: "tool_calls" }] },
];
const begun = (id: string, name: string, written = "") => ({
	id,
	type: "function",
	function: { name, arguments: written },
});
const more = (written: string) => ({ function: { arguments: written } });

/** The calls as the events tell them, whose order they keep. */
function told(events: ChatEvent[]) {
	const calls: { id: string; name: string; arguments: string }[] = [];
	for (const event of events) {
		if (event.type === "tool_call") calls.push({ id: event.id, name: event.name, arguments: "" });
		const last = calls.at(-1);
		if (event.type === "arguments" && last) last.arguments += event.text;
	}
	return calls;
}

describe("servers write calls in many ways, and each is told call by call", () => {
	const rome = { id: "call_1", name: "weather", arguments: '{"city":"Rome"}' };
	const oslo = { id: "call_2", name: "weather", arguments: '{"city":"Oslo"}' };
	const indexed = (index: number, piece: object) => ({ index, ...piece });

	test.each<[string, object[]]>([
		[
			"in pieces",
			chunksOf(
				[indexed(0, begun("call_1", "weather"))],
				[indexed(0, more('{"city":'))],
				[indexed(0, more('"Rome"}'))],
				[indexed(1, begun("call_2", "weather"))],
				[indexed(1, more('{"city":"Oslo"}'))],
			),
		],
		[
			"in pieces that repeat the id and the name",
			chunksOf(
				[indexed(0, begun("call_1", "weather", '{"city":'))],
				[indexed(0, begun("call_1", "weather", '"Rome"}'))],
				[indexed(1, begun("call_2", "weather", '{"city":"Oslo"}'))],
			),
		],
		[
			"in pieces with new ids, but one name",
			chunksOf(
				[indexed(0, begun("call_1", "weather", '{"city":'))],
				[indexed(0, { id: "other", ...more('"Rome"}') })],
				[indexed(1, begun("call_2", "weather", '{"city":"Oslo"}'))],
			),
		],
		[
			"whole, in a chunk each",
			chunksOf(
				[indexed(0, begun("call_1", "weather", rome.arguments))],
				[indexed(1, begun("call_2", "weather", oslo.arguments))],
			),
		],
		[
			"whole, all in one chunk",
			chunksOf([
				indexed(0, begun("call_1", "weather", rome.arguments)),
				indexed(1, begun("call_2", "weather", oslo.arguments)),
			]),
		],
		[
			"whole, all with the same index",
			chunksOf(
				[indexed(0, begun("call_1", "weather", rome.arguments))],
				[indexed(0, begun("call_2", "weather", oslo.arguments))],
			),
		],
		[
			"without an index",
			chunksOf(
				[begun("call_1", "weather", '{"city":')],
				[more('"Rome"}')],
				[begun("call_2", "weather", oslo.arguments)],
			),
		],
		[
			"without an index, with the id at each piece",
			chunksOf(
				[begun("call_1", "weather", '{"city":')],
				[{ id: "call_1", ...more('"Rome"}') }],
				[begun("call_2", "weather", oslo.arguments)],
			),
		],
		[
			"with an index that begins at 1 and leaves some out",
			chunksOf(
				[indexed(1, begun("call_1", "weather", rome.arguments))],
				[indexed(3, begun("call_2", "weather", oslo.arguments))],
			),
		],
	])("%s", async (_name, chunks) => {
		fake.answerWithChunks(chunks);
		const events = await answer({ tools: [weather] });
		expect(told(events)).toEqual([rome, oslo]);
		expect(events.at(-1)).toMatchObject({ type: "done", finish: "stop" });
	});

	test.each([
		[
			"with an index",
			[
				{ index: 0, ...begun("", "now", "{}") },
				{ index: 1, ...begun("", "now", "{}") },
			],
		],
		["without one", [begun("", "now", "{}"), { function: { name: "now", arguments: "{}" } }]],
	])("a missing id is made, for each call another: %s", async (_name, pieces) => {
		fake.answerWithChunks(chunksOf(pieces));
		const calls = told(await answer({ tools: [bare] }));
		expect(calls).toMatchObject([
			{ name: "now", arguments: "{}" },
			{ name: "now", arguments: "{}" },
		]);
		for (const { id } of calls) expect(id).toMatch(/^call_\w{20,}$/);
		expect(calls[0]?.id).not.toBe(calls[1]?.id);
	});

	test("a call that takes nothing has no arguments, and a text before it stays in its place", async () => {
		fake.answerWithChunks([
			{ choices: [{ index: 0, delta: { content: "I look." } }] },
			...chunksOf([{ index: 0, ...begun("c", "now") }]),
		]);
		expect(await answer({ tools: [bare] })).toMatchObject([
			{ type: "text", text: "I look." },
			{ type: "tool_call", id: "c", name: "now" },
			{ type: "done" },
		]);
	});

	test.each([
		["a call without a name", [{ index: 0, id: "c", function: { arguments: "{}" } }], /without a name/],
		[
			"pieces of an earlier call",
			[
				{ index: 0, ...begun("a", "now") },
				{ index: 1, ...begun("b", "now") },
				{ index: 0, ...more("{}") },
			],
			/mixed the pieces/,
		],
	])("%s end it with an error", async (_name, pieces, message) => {
		fake.answerWithChunks(chunksOf(pieces));
		await expect(answer({ tools: [bare] })).rejects.toMatchObject({
			code: "upstream_error",
			message: expect.stringMatching(message),
		});
	});
});
