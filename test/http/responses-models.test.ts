import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { citationsOf, fileSearch } from "../support/ask.ts";
import { type FakeOpenAI, startFakeOpenAI } from "../support/fake-openai.ts";
import { startTestService, type TestService } from "../support/service.ts";
import { createStore } from "../support/upload.ts";

describe("with a model server", () => {
	let fake: FakeOpenAI;
	let t: TestService;
	beforeAll(async () => {
		fake = await startFakeOpenAI();
		t = await startTestService({
			OPENAI_BASE_URL: fake.url,
			OPENAI_API_KEY: "sk-secret-of-ours",
			MODEL_ALIASES: "gpt-4o=llama3.1,langchain=openai:gpt-4o,llama=groq:llama-4,*=qwen3",
		});
	});
	afterAll(async () => {
		await t.stop();
		await fake.stop();
	});

	test.each([
		["gpt-4o", "llama3.1"],
		["anything", "qwen3"],
		["llama3.1", "qwen3"],
	])("%s is answered by the model that MODEL_ALIASES names, %s", async (asked, answering) => {
		const response = await t.client.responses.create({ model: asked, input: "Hello" });
		expect(fake.requests.at(-1)?.body.model).toBe(answering);
		expect(response.model).toBe(answering);
	});

	test("what the client sets is passed on, and what it leaves out is left to the server", async () => {
		const settings = { temperature: 0.3, top_p: 0.8, max_output_tokens: 99 };
		await t.client.responses.create({ model: "m", input: "Hello", ...settings });
		expect(fake.requests.at(-1)?.body).toMatchObject({ temperature: 0.3, top_p: 0.8, max_completion_tokens: 99 });
		await t.client.responses.create({ model: "m", input: "Hello" });
		expect(Object.keys(fake.requests.at(-1)?.body ?? {}).toSorted()).toEqual([
			"messages",
			"model",
			"stream",
			"stream_options",
		]);
	});

	test("a model that LangChain brings is answered by it, and what is not installed is said with the command", async () => {
		const own = t.createClient();
		const response = await own.responses.create({ model: "langchain", input: "Hello" });
		expect(response.model).toBe("openai:gpt-4o");
		expect(fake.requests.at(-1)?.body.model).toBe("gpt-4o");
		const error = await own.responses.create({ model: "llama", input: "Hello" }).catch((thrown) => thrown);
		expect(error).toMatchObject({ status: 500, code: "configuration" });
		expect(error.message).toContain("npm install langchain @langchain/groq");
		expect(error.headers.get("x-should-retry")).toBe("false");
	});

	test("the server is asked with our key, never with the client's", async () => {
		await t.createClient({ apiKey: "sk-of-the-client" }).responses.create({ model: "m", input: "Hello" });
		expect(fake.requests.at(-1)?.headers.authorization).toBe("Bearer sk-secret-of-ours");
	});
});

describe("without a model server", () => {
	let t: TestService;
	let storeId: string;
	beforeAll(async () => {
		t = await startTestService();
		storeId = (await createStore(t.client, { "staff.csv": "Name,City\nAnn,Rome\nBob,Oslo\n" })).id;
	});
	afterAll(() => t.stop());

	test.each(["gpt-4o", "o3", "extractive"])("%s is answered by extraction, and the response says so", async (model) => {
		const response = await t.client.responses.create({
			model,
			input: "In which city is Bob?",
			tools: [fileSearch(storeId)],
		});
		expect(response.model).toBe("extractive");
		expect(response.output_text).toBe("Name: Bob; City: Oslo");
		expect(citationsOf(response)).toMatchObject([
			{ quote: "Name: Bob; City: Oslo", location: { row_start: 2, row_end: 2 } },
		]);
		expect(response).toMatchObject({ receipt: { model: "extractive", cost_usd: 0 } });
	});

	test("what the documents do not answer is not answered", async () => {
		const response = await t.client.responses.create({
			model: "gpt-4o",
			input: "What is the boiling point of mercury in kelvin?",
			tools: [fileSearch(storeId)],
		});
		expect(response.output_text).toBe("The documents do not seem to answer this question.");
		expect(citationsOf(response)).toEqual([]);
	});
});
