import OpenAI from "openai";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { Embedder } from "../../src/models/embedder.ts";
import { createOpenAIEmbedder } from "../../src/models/openai-embedder.ts";
import { embed, type FakeOpenAI, type Fault, startFakeOpenAI } from "../support/fake-openai.ts";
import { until } from "../support/until.ts";

let fake: FakeOpenAI;
let client: OpenAI;
let embedder: Embedder;
beforeAll(async () => {
	fake = await startFakeOpenAI();
	client = new OpenAI({ baseURL: fake.url, apiKey: "sk-1234567890", maxRetries: 0 });
	embedder = createOpenAIEmbedder(client, "fake-embedding", undefined);
});
beforeEach(() => {
	fake.requests.length = 0;
});
afterAll(() => fake.stop());

test("gives one vector for each text, in order", async () => {
	const texts = ["red fox", "blue whale", "red fox"];
	expect(await embedder.embed(texts)).toEqual(texts.map((text) => embed(text)));
});

test("asks for bytes, takes numbers too, and asks for a length only where one is set", async () => {
	await embedder.embed(["x"]);
	expect(fake.requests[0]?.body).toEqual({ model: "fake-embedding", input: ["x"], encoding_format: "base64" });
	await createOpenAIEmbedder(client, "fake-embedding", 64).embed(["x"]);
	expect(fake.requests[1]?.body).toMatchObject({ dimensions: 64 });
});

test("takes the bytes of 32-bit floats", async () => {
	fake.setEncoding("base64");
	const [vector = []] = await embedder.embed(["red fox"]);
	fake.setEncoding("float");
	expect(vector).toEqual([...Float32Array.from(embed("red fox"))]);
});

test("asks for numbers from the request on at which a server refuses bytes", async () => {
	const embedder = createOpenAIEmbedder(client, "fake-embedding", undefined);
	fake.failNext("/embeddings", { kind: "status", status: 422, message: "encoding_format: only float is supported" });
	expect(await embedder.embed(["red fox"])).toEqual([embed("red fox")]);
	await embedder.embed(["blue whale"]);
	expect(fake.requests.map(({ body }) => body.encoding_format)).toEqual(["base64", "float", "float"]);
});

test.each([
	[
		{ kind: "status", status: 500 },
		{ code: "upstream_error", retryable: true },
	],
	[
		{ kind: "status", status: 400 },
		{ code: "upstream_error", retryable: false },
	],
	[
		{ kind: "status", status: 429, headers: { "retry-after": "3" } },
		{ code: "rate_limit_exceeded", retryAfter: 3 },
	],
	[{ kind: "web_page" }, { code: "upstream_error" }],
] satisfies [Fault, object][])("throws our error at %j", async (fault, error) => {
	fake.failNext("/embeddings", fault);
	await expect(embedder.embed(["x"])).rejects.toMatchObject({ name: "ExcerptError", ...error });
});

test("throws where there are not as many vectors as texts", async () => {
	fake.failNext("/embeddings", { kind: "web_page" });
	await expect(embedder.embed(["a", "b"])).rejects.toThrow("sent 0 vectors for 2 texts");
});

test("is stopped by its signal", async () => {
	fake.failNext("/embeddings", { kind: "hang" });
	const abort = new AbortController();
	const asked = embedder.embed(["x"], { signal: abort.signal });
	await until("the request", () => fake.requests.length > 0);
	abort.abort();
	await expect(asked).rejects.toMatchObject({ code: "upstream_error" });
	await until("the request to be given up", () => fake.requests[0]?.abandoned);
});
