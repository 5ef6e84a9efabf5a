import { describe, expect, test } from "vitest";
import { SEARCH_TOOL } from "../../src/ask/search-tool.ts";
import type { ChatMessage, ChatTool } from "../../src/models/chat-model.ts";
import { countRequest, countTools } from "../../src/models/count-messages.ts";
import { toCompletionMessage, toCompletionTools } from "../../src/models/openai-chat-tools.ts";
import { countTokens } from "../../src/models/tokens.ts";
import { chatRequest } from "../support/chat-request.ts";
import { countUsage } from "../support/count-usage.ts";

const text = { type: "text" } as const;
/** What another counter makes of the request as it goes over the wire. */
function counted(messages: ChatMessage[], tools: ChatTool[] = []): number {
	const body = { messages: messages.map(toCompletionMessage), ...toCompletionTools(chatRequest({ tools })) };
	return countUsage(body, []).prompt_tokens;
}

test("the cookbook's example has the 124 tokens that OpenAI counted for gpt-4o, less those of its messages' names", () => {
	const example: [string, string][] = [
		["system", "You are a helpful, pattern-following assistant that translates corporate jargon into plain English."],
		["system", "New synergies will help drive top-line growth."],
		["system", "Things working well together will increase revenue."],
		["system", "Let's circle back when we have more bandwidth to touch base on opportunities for increased leverage."],
		["system", "Let's talk later when we're less busy about how to do better."],
		["user", "This late pivot means we don't have time to boil the ocean for the client deliverable."],
	];
	const messages = example.map(([role, content]) => ({ role, content }) as ChatMessage);
	const names = ["example_user", "example_assistant", "example_user", "example_assistant"];
	const ofNames = names.reduce((sum, name) => sum + 1 + countTokens(name), 0);
	expect(countRequest(messages, [], text)).toBe(124 - ofNames);
});

describe("two ways of counting agree", () => {
	const messages: ChatMessage[] = [
		{ role: "system", content: "Be brief." },
		{ role: "user", content: "What is the weather in Rome and Oslo? ".repeat(20) },
		{
			role: "assistant",
			content: "",
			toolCalls: [
				{ id: "call_1", name: "weather", arguments: '{"city":"Rome"}' },
				{ id: "call_2", name: "weather", arguments: '{"city":"Oslo"}' },
			],
		},
		{ role: "tool", callId: "call_1", content: "sunny" },
		{ role: "tool", callId: "call_2", content: "rain" },
	];

	test("to the token on messages, calls of functions among them", () => {
		expect(countRequest(messages, [], text)).toBe(counted(messages));
	});

	test("on the form of the answer", () => {
		const schema = { type: "object", properties: { city: { type: "string" } } };
		const form = { type: "json_schema", name: "n", schema, strict: true, description: null } as const;
		const body = { messages: messages.map(toCompletionMessage), response_format: { json_schema: { schema } } };
		expect(countRequest(messages, [], form)).toBe(countUsage(body, []).prompt_tokens);
	});

	const weather: ChatTool = {
		name: "get_current_weather",
		description: "Get the current weather in a given location.",
		parameters: {
			type: "object",
			properties: {
				location: { type: "string", description: "The city and state, e.g. San Francisco, CA." },
				unit: { type: "string", description: "The unit of temperature to return", enum: ["celsius", "fahrenheit"] },
			},
			required: ["location"],
		},
		strict: null,
	};
	const nested: ChatTool = {
		name: "book",
		description: "Books a journey for some people.",
		parameters: {
			type: "object",
			properties: {
				people: {
					type: "array",
					items: { type: "object", properties: { name: { type: "string" }, age: { type: "integer" } } },
				},
				class: { type: "string", enum: ["first", "second"] },
			},
		},
		strict: true,
	};

	test.each([
		["of this service", [SEARCH_TOOL]],
		["with an enum", [weather]],
		["several", [SEARCH_TOOL, weather]],
	])("within ten tokens on functions: %s", (_name, tools) => {
		const difference = countTools(tools) - (counted(messages, tools) - counted(messages));
		expect(Math.abs(difference)).toBeLessThanOrEqual(10);
	});

	test("and what stands in a schema below its first level counts", () => {
		const flat = {
			...nested,
			parameters: { type: "object", properties: { class: { type: "string", enum: ["first", "second"] } } },
		};
		expect(countTools([nested])).toBeGreaterThan(countTools([flat]) + 10);
	});
});

test("no functions take nothing, and those without a description or parameters little", () => {
	expect(countTools([])).toBe(0);
	expect(countTools([{ name: "now", description: null, parameters: null, strict: null }])).toBe(12 + 7 + 2);
});
