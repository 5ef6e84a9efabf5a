import { describe, expect, test } from "vitest";
import type { AnswerFormat } from "../../src/models/chat-model.ts";
import { createLangChainChat } from "../../src/models/langchain-chat.ts";
import { providerOf } from "../../src/models/langchain-providers.ts";
import { chatRequest } from "../support/chat-request.ts";

describe("a name of a known provider's", () => {
	test.each([
		["anthropic:claude-opus-5", "anthropic", "@langchain/anthropic"],
		["ollama:llama3:8b", "ollama", "@langchain/ollama"],
		["bedrock:anthropic.claude-opus-5", "bedrock", "@langchain/aws"],
	])("%s is %s's", (model, name, needed) => {
		expect(providerOf(model)).toMatchObject({ name, package: needed });
	});

	test.each([
		"llama3:8b",
		"mistral:7b",
		"ft:gpt-4o:o::1",
		"anthropic",
		"anthropic:",
		":anthropic",
		"constructor:x",
		"",
	])("%j is not", (model) => {
		expect(providerOf(model)).toBeUndefined();
	});
});

/** What LangChain is told of a call: the fields of the model, then the options of its call. */
async function told(model: string, fields: Parameters<typeof chatRequest>[0]) {
	const calls: Record<string, unknown>[] = [];
	const stop = () => Promise.reject(new Error("enough"));
	const chosen = {
		bindTools: (_tools: unknown, options: Record<string, unknown>) => ({ stream: () => calls.push(options) && stop() }),
		stream: (_messages: unknown, { signal, ...options }: Record<string, unknown>) => calls.push(options) && stop(),
	};
	const load = async () => ({
		initChatModel: async (_name: string, { maxRetries, ...given }: Record<string, unknown>) =>
			calls.push(given) && chosen,
	});
	const settings = { OPENAI_BASE_URL: "", OPENAI_API_KEY: "", MODEL_TIMEOUT_SECONDS: 60, MODEL_RETRIES: 0 };
	const chat = createLangChainChat(settings, load as never);
	const thrown = await Array.fromAsync(chat.stream(chatRequest({ model, ...fields }))).catch((error) => error);
	if (thrown.code === "invalid_value") throw thrown;
	return calls;
}

const schema = { type: "object" };
const form: AnswerFormat = { type: "json_schema", name: "n", schema, strict: true, description: null };
const tool = { name: "now", description: null, parameters: null, strict: null };

describe("each provider is told in the words of its package", () => {
	test.each([
		["anthropic", { maxTokens: 9 }],
		["google-genai", { maxOutputTokens: 9 }],
		["ollama", { numPredict: 9 }],
		["cerebras", { maxCompletionTokens: 9 }],
	])("%s how many tokens it may write", async (provider, fields) => {
		expect((await told(`${provider}:m`, { max_output_tokens: 9, top_p: 1 }))[0]).toEqual({ ...fields, topP: 1 });
	});

	test.each([
		["anthropic", "high", { outputConfig: { effort: "high" } }],
		["anthropic", "minimal", {}],
		["openai", "minimal", { reasoning: { effort: "minimal" } }],
		["groq", "high", {}],
	] as const)("%s the effort %s", async (provider, reasoning_effort, fields) => {
		const {
			apiKey: _key,
			configuration: _server,
			...given
		} = (await told(`${provider}:m`, { wishes: { reasoning_effort } }))[0] ?? {};
		expect(given).toEqual(fields);
	});

	test.each([
		["anthropic", { name: "now" }, "now"],
		["anthropic", "required", "any"],
		["mistralai", { name: "now" }, { type: "function", function: { name: "now" } }],
		["google-genai", "none", "none"],
	] as const)("%s the choice %j as %j", async (provider, toolChoice, tool_choice) => {
		expect((await told(`${provider}:m`, { tools: [tool], toolChoice }))[1]).toEqual({ tool_choice });
	});

	test.each([
		["anthropic", { outputConfig: { format: { type: "json_schema", schema } } }],
		["ollama", { format: schema }],
		[
			"mistralai",
			{ response_format: { type: "json_schema", jsonSchema: { name: "n", schemaDefinition: schema, strict: true } } },
		],
		["groq", { response_format: { type: "json_schema", json_schema: { name: "n", schema, strict: true } } }],
	])("%s the form of the answer", async (provider, options) => {
		expect((await told(`${provider}:m`, { format: form }))[1]).toEqual(options);
	});

	test.each<[string, AnswerFormat]>([
		["google-genai", form],
		["bedrock", form],
		["anthropic", { type: "json_object" }],
	])("%s cannot be told the form %j, and the client is told that", async (provider, format) => {
		await expect(told(`${provider}:m`, { format })).rejects.toMatchObject({
			code: "invalid_value",
			param: "text.format.type",
			message: expect.stringContaining(`'${provider}'`),
		});
	});
});
