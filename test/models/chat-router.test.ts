import { describe, expect, test } from "vitest";
import type { ChatAdapter } from "../../src/models/chat-model.ts";
import { createChatRouter } from "../../src/models/chat-router.ts";
import { chatRequest } from "../support/chat-request.ts";

const adapter = (name: string): ChatAdapter => ({
	list: async () => (name === "openai" ? ["served", "gpt-4o"] : name === "extractive" ? ["extractive"] : []),
	async *stream(request) {
		yield { type: "text", text: `${name} answers as ${request.model}` };
	},
});
const openai = adapter("openai");
const others = { langchain: adapter("langchain"), extractive: adapter("extractive") };
const withServer = createChatRouter({ openai, ...others }, new Map());
const withoutServer = createChatRouter({ openai: null, ...others }, new Map());

async function answering(router: typeof withServer, asked: string): Promise<string> {
	const [event] = await Array.fromAsync(router.stream(chatRequest({ model: router.resolve(asked) })));
	return event?.type === "text" ? event.text : "";
}

describe("the name says who answers", () => {
	test.each([
		["gpt-4o", "openai"],
		["llama3:8b", "openai"],
		["mistral:7b", "openai"],
		["ft:gpt-4o:org::id", "openai"],
		["anthropic:", "openai"],
		["openai/gpt-4o", "openai"],
		["claude-opus-5", "openai"],
		["extractive", "extractive"],
		["anthropic:claude-opus-5", "langchain"],
		["google-genai:gemini-2.5-pro", "langchain"],
		["mistralai:mistral-small-latest", "langchain"],
		["ollama:llama3:8b", "langchain"],
		["openai:gpt-4o", "langchain"],
	])("%s is answered by %s", async (model, name) => {
		expect(await answering(withServer, model)).toBe(`${name} answers as ${model}`);
		expect(withServer.generates(model)).toBe(name !== "extractive");
	});

	test("without a server what none else answers is extracted, and resolves to that", async () => {
		expect(await answering(withoutServer, "gpt-4o")).toBe("extractive answers as extractive");
		expect(withoutServer.generates("gpt-4o")).toBe(false);
		expect(await answering(withoutServer, "anthropic:claude-opus-5")).toMatch(/^langchain/);
	});
});

describe("aliases", () => {
	const aliases = new Map([
		["gpt-4o", "anthropic:claude-opus-5"],
		["cheap", "extractive"],
		["*", "qwen"],
	]);
	const router = createChatRouter({ openai, ...others }, aliases);

	test.each([
		["gpt-4o", "langchain answers as anthropic:claude-opus-5"],
		["cheap", "extractive answers as extractive"],
		["anything", "openai answers as qwen"],
	])("%s is answered so: %s", async (asked, answer) => {
		expect(await answering(router, asked)).toBe(answer);
	});

	test("the list has the server's models, the aliases, and what providers were chosen, each once", async () => {
		expect(await router.list()).toEqual(["served", "gpt-4o", "cheap", "anthropic:claude-opus-5"]);
		expect(await withoutServer.list()).toEqual(["extractive"]);
	});
});
