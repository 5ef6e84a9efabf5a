import { readFileSync } from "node:fs";
import type OpenAI from "openai";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { chatRequests, type Frame, fileSearch, lastMessages, parseFrames, readFrames } from "../support/ask.ts";
import { type FakeOpenAI, startFakeOpenAI } from "../support/fake-openai.ts";
import { startTestService, type TestService } from "../support/service.ts";
import { createStore, fixture } from "../support/upload.ts";
import { expectSchema } from "../support/wire-schema.ts";

let fake: FakeOpenAI;
let t: TestService;
let storeId: string;
beforeAll(async () => {
	fake = await startFakeOpenAI();
	t = await startTestService({ OPENAI_BASE_URL: fake.url });
	const policy = "Parcels to Paris are insured up to 500 euros. Returns are accepted within 30 days of delivery.";
	storeId = (await createStore(t.client, { "policy.md": policy })).id;
});
beforeEach(() => {
	fake.answerWith(["Done."]);
	fake.answerInTurn();
	fake.requests.length = 0;
});
afterAll(async () => {
	await t.stop();
	await fake.stop();
});

type Input = OpenAI.Responses.ResponseInput;
type Options = Partial<OpenAI.Responses.ResponseCreateParamsNonStreaming>;
type Call = OpenAI.Responses.ResponseFunctionToolCall;

const weather = {
	type: "function" as const,
	name: "get_weather",
	description: "Get weather",
	parameters: {
		type: "object",
		properties: { city: { type: "string" } },
		required: ["city"],
		additionalProperties: false,
	},
	strict: true,
};
const ask = (input: string | Input, options: Options = {}) =>
	t.client.responses.create({ model: "fake-model", input, tools: [weather], ...options });
const callsOf = (response: OpenAI.Responses.Response) =>
	response.output.filter((item): item is Call => item.type === "function_call");
const outputsFor = (response: OpenAI.Responses.Response, output = "Sunny"): Input =>
	callsOf(response).map(({ call_id }) => ({ type: "function_call_output", call_id, output }));
const called = (...cities: string[]) => cities.map((city) => ({ name: "get_weather", arguments: { city } }));

describe("a model that calls a function", () => {
	test.each(["in_pieces", "whole", "unindexed"] as const)(
		"ends its response with the calls, which are completed, however the server writes them: %s",
		async (written) => {
			fake.answerInTurn({ calls: called("Paris", "Oslo"), written });
			const response = await ask("Where is it warmer?");
			expect(response).toMatchObject({ status: "completed", output_text: "" });
			expect(response.output).toEqual(
				["Paris", "Oslo"].map((city) => ({
					type: "function_call",
					id: expect.stringMatching(/^fc_/),
					call_id: expect.stringMatching(/^call_/),
					name: "get_weather",
					arguments: JSON.stringify({ city }),
					status: "completed",
				})),
			);
			expect(new Set(callsOf(response).flatMap(({ id, call_id }) => [id, call_id])).size).toBe(4);
		},
	);

	test("may speak first", async () => {
		fake.answerInTurn({ text: "Let me see.", calls: called("Paris") });
		const response = await ask("Is it warm?");
		expect(response.output.map((item) => item.type)).toEqual(["message", "function_call"]);
		expect(response.output_text).toBe("Let me see.");
		await ask(outputsFor(response), { previous_response_id: response.id });
		expect(lastMessages(fake)[1]).toMatchObject({ role: "assistant", content: "Let me see.", tool_calls: [{}] });
	});

	test("is cut short with its call, which is not asked about again", async () => {
		fake.answerInTurn({ calls: [{ name: "get_weather", arguments: '{"city":"Pa' }], finish: "length" });
		const response = await ask("Is it warm?");
		expect(response).toMatchObject({ status: "incomplete", incomplete_details: { reason: "max_output_tokens" } });
		expect(response.output).toMatchObject([{ type: "function_call", status: "incomplete", arguments: '{"city":"Pa' }]);
		await ask("And now?", { previous_response_id: response.id });
		expect(lastMessages(fake).map(({ content }) => content)).toEqual(["Is it warm?", "And now?"]);
	});
});

describe("what reaches the model", () => {
	test("are the functions as they were given, and the choice", async () => {
		await ask("Hello", { tool_choice: "required", parallel_tool_calls: false });
		const { description, parameters, name } = weather;
		expect(chatRequests(fake)[0]).toMatchObject({
			tools: [{ type: "function", function: { name, description, parameters, strict: true } }],
			tool_choice: "required",
			parallel_tool_calls: false,
		});
	});

	test("are only those that may be called", async () => {
		const other = { type: "function" as const, name: "other", parameters: null, strict: null };
		const tool_choice = {
			type: "allowed_tools" as const,
			mode: "auto" as const,
			tools: [{ type: "function", name: "other" }],
		};
		const response = await ask("Hello", { tools: [weather, other], tool_choice });
		expect(chatRequests(fake)[0]).toMatchObject({ tools: [{ function: { name: "other" } }], tool_choice: "auto" });
		expect(response).toMatchObject({ tool_choice, tools: [weather, other] });
	});

	test("are calls and outputs in the order that servers insist on", async () => {
		fake.answerInTurn({ calls: called("Paris", "Oslo") });
		const first = await ask("Where is it warmer?");
		const parts = [
			{ type: "input_text" as const, text: "Sunny," },
			{ type: "input_text" as const, text: "21 degrees" },
		];
		const [paris, oslo] = callsOf(first) as [Call, Call];
		await ask(
			[
				{ type: "function_call_output", call_id: oslo.call_id, output: "Snow" },
				{ type: "function_call_output", call_id: paris.call_id, output: parts },
			],
			{ previous_response_id: first.id },
		);
		expect(lastMessages(fake)).toEqual([
			{ role: "user", content: "Where is it warmer?" },
			{
				role: "assistant",
				content: null,
				tool_calls: [paris, oslo].map(({ call_id, name, arguments: given }) => ({
					id: call_id,
					type: "function",
					function: { name, arguments: given },
				})),
			},
			{ role: "tool", tool_call_id: paris.call_id, content: "Sunny,\n21 degrees" },
			{ role: "tool", tool_call_id: oslo.call_id, content: "Snow" },
		]);
	});
});

test("a tool is shown as it was given, with what was left out as null", async () => {
	const bare = { type: "function", name: "bare", output_schema: null } as unknown as typeof weather;
	const { tools } = await ask("Hello", { tools: [weather, bare] });
	expect(tools).toEqual([weather, { ...bare, description: null, parameters: null, strict: null }]);
});

describe("the turn goes on with the outputs", () => {
	const again = [
		[
			"by previous_response_id",
			async () => {
				const first = await ask("Is it warm in Paris?");
				return ask(outputsFor(first), { previous_response_id: first.id });
			},
		],
		[
			"on a conversation",
			async () => {
				const { id: conversation } = await t.client.conversations.create();
				const first = await ask("Is it warm in Paris?", { conversation });
				return ask(outputsFor(first), { conversation });
			},
		],
		[
			"with all of it passed back",
			async () => {
				const first = await ask("Is it warm in Paris?", { store: false });
				const input = [
					{ role: "user", content: "Is it warm in Paris?" },
					...first.output,
					...outputsFor(first),
				] as Input;
				return ask(input);
			},
		],
		[
			"by references to the items",
			async () => {
				const first = await ask("Is it warm in Paris?");
				const question = (await t.client.responses.inputItems.list(first.id)).data[0]?.id as string;
				const refer = (id = "") => ({ type: "item_reference" as const, id });
				return ask([refer(question), ...first.output.map(({ id }) => refer(id ?? "")), ...outputsFor(first)]);
			},
		],
	] as const;

	test.each(again)("%s", async (_name, goOn) => {
		fake.answerInTurn({ calls: called("Paris") }, { text: "Yes, it is sunny." });
		const response = await goOn();
		expect(response.output_text).toBe("Yes, it is sunny.");
		expect(lastMessages(fake).map(({ role, content }) => [role, content])).toEqual([
			["user", "Is it warm in Paris?"],
			["assistant", null],
			["tool", "Sunny"],
		]);
	});

	test("from a conversation that keeps calls and outputs, and lists them", async () => {
		fake.answerInTurn({ calls: called("Paris") });
		const { id: conversation } = await t.client.conversations.create();
		const first = await ask("Is it warm in Paris?", { conversation });
		await ask(outputsFor(first), { conversation });
		const { data } = await t.client.conversations.items.list(conversation, { order: "asc" });
		expect(data.map((item) => item.type)).toEqual(["message", "function_call", "function_call_output", "message"]);
		expect(data[1]).toEqual(first.output[0]);
		expect(data[2]).toMatchObject({ id: expect.stringMatching(/^fco_/), output: "Sunny", status: "completed" });
	});

	test("and its documents are searched for the question again, in the words they were searched in", async () => {
		fake.answerInTurn({ calls: called("Paris") }, { text: "Insured up to 500 euros 【1】." });
		const tools = [fileSearch(storeId), weather];
		const first = await ask("Are parcels to Paris insured?", { tools });
		expect(first.output.map((item) => item.type)).toEqual(["file_search_call", "function_call"]);
		const next = await ask(outputsFor(first), { tools, previous_response_id: first.id });
		const [rules, question, call, output, ...more] = lastMessages(fake);
		expect([rules?.role, question?.role, call?.role, output?.role, more]).toEqual([
			...["system", "user", "assistant", "tool"],
			[],
		]);
		expect(question?.content).toMatch(/^<excerpt number="1"[\s\S]+\n\nQuestion: Are parcels to Paris insured\?$/);
		expect(next.output[0]).toMatchObject({ type: "file_search_call", queries: ["Are parcels to Paris insured?"] });
		expect(next.output[1]).toMatchObject({ content: [{ annotations: [{ filename: "policy.md" }] }] });
	});

	test("and made to answer at last, it still has its excerpts", async () => {
		fake.answerInTurn({ calls: called("Paris") });
		const tools = [fileSearch(storeId), weather];
		const first = await ask("Are parcels to Paris insured?", { tools });
		await ask(outputsFor(first), { tools, previous_response_id: first.id, tool_choice: "none" });
		expect(lastMessages(fake)[1]?.content).toMatch(/^<excerpt number="1"/);
		expect(chatRequests(fake).at(-1)).toMatchObject({
			tool_choice: "none",
			tools: [{ function: { name: "get_weather" } }],
		});
	});

	test("in a loop, as runners of tools have it, with several calls at once", async () => {
		const script = [{ calls: called("Paris", "Oslo") }, { calls: called("Rome") }, { text: "Rome is the warmest." }];
		fake.answerInTurn(...script);
		const degrees: Record<string, number> = { Paris: 15, Oslo: 3, Rome: 24 };
		const seen: string[] = [];
		let response = await ask("Where is it warmest?");
		for (let round = 0; callsOf(response).length > 0 && round < 5; round++) {
			const outputs: Input = callsOf(response).map(({ call_id, arguments: given }) => {
				const { city } = JSON.parse(given) as { city: string };
				seen.push(city);
				return { type: "function_call_output", call_id, output: String(degrees[city]) };
			});
			response = await ask(outputs, { previous_response_id: response.id });
		}
		expect(response.output_text).toBe("Rome is the warmest.");
		expect(seen).toEqual(["Paris", "Oslo", "Rome"]);
		expect(lastMessages(fake).map(({ role }) => role)).toEqual([
			...["user", "assistant", "tool", "tool"],
			...["assistant", "tool"],
		]);
	});
});

describe("what does not fit together is refused", () => {
	test("a call without its output", async () => {
		fake.answerInTurn({ calls: called("Paris", "Oslo") });
		const first = await ask("Where is it warmer?");
		const [, second] = callsOf(first);
		const message = `No tool output found for function call ${second?.call_id}.`;
		const refusal = { status: 400, param: "input", message: `400 ${message}` };
		const previous_response_id = first.id;
		await expect(ask(outputsFor(first).slice(0, 1), { previous_response_id })).rejects.toMatchObject(refusal);
		await expect(ask("Never mind", { previous_response_id })).rejects.toMatchObject({ status: 400, param: "input" });
	});

	test("an output without its call", async () => {
		const alone: Input = [{ type: "function_call_output", call_id: "call_nobody", output: "1" }];
		const refusal = {
			status: 400,
			param: "input",
			message: "400 No tool call found for function call output with call_id call_nobody.",
		};
		await expect(ask(alone)).rejects.toMatchObject(refusal);
		await expect(ask([{ role: "user", content: "?" }, ...alone])).rejects.toMatchObject(refusal);
	});

	test("a reference to an item that was not kept, also among a conversation's items", async () => {
		const { output } = await ask("Hello", { store: false });
		const id = output[0]?.id as string;
		const lost = { status: 404, message: expect.stringContaining(`Item with id '${id}' not found.`) };
		const items: Input = [
			{ role: "user", content: "Hello" },
			{ type: "item_reference", id },
		];
		await expect(ask(items)).rejects.toMatchObject({ ...lost, param: "input" });
		await expect(t.client.conversations.create({ items })).rejects.toMatchObject({ ...lost, param: "items" });
	});

	test("a turn that brings more than it may", async () => {
		const small = await startTestService({ OPENAI_BASE_URL: fake.url, INPUT_TOKENS: "100" });
		const input = "word ".repeat(200);
		const refused = small.client.responses.create({ model: "fake-model", input, truncation: "auto" });
		await expect(refused).rejects.toMatchObject({ status: 400, code: "context_length_exceeded", param: "input" });
		await small.stop();
	});
});

test("an item referred to in a conversation is there as it was", async () => {
	fake.answerInTurn({ text: "Hello to you." });
	const { output } = await ask("Hello");
	const items = [{ type: "item_reference" as const, id: output[0]?.id as string }];
	const { id } = await t.client.conversations.create({ items });
	expect((await t.client.conversations.items.list(id)).data).toEqual(output);
});

describe("the stream of a call", () => {
	const golden = parseFrames(readFileSync(fixture("wire/responses-function-call.sse"), "utf8"));
	const request = () => ({ model: "qwen3-32b", input: "Weather in Paris?", tools: [weather] });

	test("is the hosted service's, event by event", async () => {
		const id = "call_2FQdm3Br7Qb35YUBSkDR7kue";
		fake.answerInTurn({ calls: [{ id, ...(called("Paris")[0] as object) } as never] });
		const frames = await readFrames(t.url, request());
		for (const { data } of frames) expectSchema("ResponseStreamEvent", data);
		const pieces = (all: Frame[]) => all.filter(({ event }) => event.endsWith("arguments.delta"));
		expect(
			pieces(frames)
				.map(({ data }) => data.delta)
				.join(""),
		).toBe('{"city":"Paris"}');
		const told = (all: Frame[]) =>
			all.filter((frame) => !pieces(all).slice(1).includes(frame)).map((frame) => comparable(frame, golden));
		expect(told(frames)).toEqual(told(golden));
	});

	test("is what the official client makes of it, which checks every event", async () => {
		fake.answerInTurn({ text: "Let me see.", calls: called("Paris", "Oslo"), written: "whole" });
		const stream = t.client.responses.stream(request());
		const seen: string[] = [];
		stream.on("response.function_call_arguments.delta", ({ snapshot }) => seen.push(snapshot));
		const final = await stream.finalResponse();
		expect(callsOf(final).map((call) => call.arguments)).toEqual(['{"city":"Paris"}', '{"city":"Oslo"}']);
		expect(seen).toEqual(['{"city":"Paris"}', '{"city":"Oslo"}']);
		expect((await t.client.responses.retrieve(final.id)).output.map(({ type }) => type)).toEqual([
			"message",
			"function_call",
			"function_call",
		]);
	});

	test("that breaks off leaves no call that looks whole", async () => {
		fake.answerInTurn({ calls: called("Paris") });
		fake.failNext("/chat/completions", { kind: "cut_off", after: 2 });
		const frames = await readFrames(t.url, request());
		for (const { data } of frames) expectSchema("ResponseStreamEvent", data);
		expect(frames.at(-1)?.data.response).toMatchObject({
			status: "failed",
			output: [{ type: "function_call", status: "incomplete" }],
		});
	});
});

/** A frame without what differs in every response: ids, times, counts of tokens, and the pieces of what is streamed. */
function comparable({ event, data }: Frame, golden: Frame[]): unknown {
	const known = new Set(golden.flatMap((frame) => Object.keys((frame.data.response as object | undefined) ?? {})));
	const bare = JSON.parse(JSON.stringify(data), (key, value) => {
		if (["item_id", "created_at", "completed_at", "sequence_number", "delta"].includes(key)) return undefined;
		if (key === "id") return String(value).replace(/_.*/, "");
		if (key === "usage" && value) return Object.keys(value);
		if (key !== "response") return value;
		return Object.fromEntries(Object.entries(value).filter(([name]) => known.has(name)));
	});
	return { event, data: bare };
}

test("a function that the official client parses is parsed", async () => {
	fake.answerInTurn({ calls: called("Paris") });
	const response = await t.client.responses.parse({ model: "fake-model", input: "Warm?", tools: [weather] });
	expect(response.output[0]).toMatchObject({ parsed_arguments: { city: "Paris" } });
	const passedBack = [{ role: "user", content: "Warm?" }, ...response.output, ...outputsFor(response)] as Input;
	const next = await ask(passedBack);
	const { data } = await t.client.responses.inputItems.list(next.id, { order: "asc" });
	expect(data[1]).not.toHaveProperty("parsed_arguments");
});
