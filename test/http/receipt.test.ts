import type OpenAI from "openai";
import { NotFoundError } from "openai";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Receipt } from "../../src/ask/receipt.ts";
import { PRICES_AS_OF } from "../../src/models/prices.ts";
import { fileSearch } from "../support/ask.ts";
import { countUsage } from "../support/count-usage.ts";
import { type FakeOpenAI, startFakeOpenAI } from "../support/fake-openai.ts";
import { errorOf, send } from "../support/send.ts";
import { startTestService, type TestService } from "../support/service.ts";
import { createStore } from "../support/upload.ts";

let fake: FakeOpenAI;
let t: TestService;
let storeId: string;
beforeAll(async () => {
	fake = await startFakeOpenAI();
	t = await startTestService({
		OPENAI_BASE_URL: fake.url,
		SEARCH_MODE: "both",
		MODEL_PRICES: '{"my-model": {"input": 1, "cached_input": 0.5, "output": 2}}',
	});
	const lines = Array.from({ length: 60 }, (_, n) => `Shipping rule ${n}: parcels to zone ${n} take ${n + 2} days.`);
	storeId = (await createStore(t.client, { "a.txt": lines.join("\n\n"), "b.md": "# Members\n\nShipping is free." })).id;
});
beforeEach(() => {
	fake.requests.length = 0;
	fake.answerWith(undefined);
});
afterAll(async () => {
	await t.stop();
	await fake.stop();
});

type Answered = OpenAI.Responses.Response & { receipt: Receipt };
const ask = (input: string, more: object = {}) =>
	t.client.responses.create({ model: "my-model", input, ...more }) as unknown as Promise<Answered>;
const withFiles = () => ({ tools: [fileSearch(storeId)] });
const receiptOf = (id: string) => send(t.url, "GET", `/v1/responses/${id}/receipt`);

describe("GET /v1/responses/{id}/receipt", () => {
	test("is the receipt that the response came with, kept", async () => {
		const { id, receipt } = await ask("How long do parcels to zone 7 take?", withFiles());
		expect(await receiptOf(id)).toMatchObject({
			status: 200,
			body: { object: "response.receipt", response_id: id, ...receipt },
		});
		expect(Object.keys((await receiptOf(id)).body).toSorted()).toEqual([
			"citations",
			"cost_usd",
			"milliseconds",
			"model",
			"model_calls",
			"object",
			"passages",
			"prices",
			"response_id",
			"retrieval",
			"rewrite",
			"summary",
			"tokens",
			"turns",
			"usage_difference",
			"whole_files_tokens",
		]);
	});

	test("of a response that is not there, not kept or deleted is a 404", async () => {
		const kept = await ask("Hello");
		const { id } = await ask("Hello", { store: false });
		await t.client.responses.delete(kept.id);
		for (const missing of ["resp_none", id, kept.id]) {
			const sent = await receiptOf(missing);
			expect(sent.status).toBe(404);
			expect(errorOf(sent)).toMatchObject({ param: "response_id", message: expect.stringContaining(missing) });
		}
		await expect(t.client.get(`/responses/${id}/receipt`)).rejects.toThrow(NotFoundError);
	});
});

describe("tokens", () => {
	const weather = {
		type: "function" as const,
		name: "weather",
		description: "Tells the weather of a city, today or on one of the next days.",
		parameters: {
			type: "object",
			properties: { city: { type: "string", description: "Its name" }, day: { type: "string" } },
		},
		strict: false,
	};
	const schema = { type: "object", properties: { days: { type: "number" } }, required: ["days"] };
	const format = { type: "json_schema" as const, name: "days", schema };

	test.each<[string, string, () => object]>([
		["a plain question", "Hello", () => ({})],
		["a short question with instructions", "Hello", () => ({ instructions: "Answer in one word." })],
		["a question on documents", "How long do parcels to zone 7 take?", withFiles],
		["one with much room", "How long do parcels take?", () => ({ ...withFiles(), context: { passage_tokens: 8000 } })],
		["functions", "Weather?", () => ({ tools: [weather], instructions: "You know the weather. ".repeat(40) })],
		["functions and documents", "How long do parcels take?", () => ({ tools: [fileSearch(storeId), weather] })],
		["a schema", "How long do parcels take?", () => ({ ...withFiles(), text: { format } })],
	])("by part are those that the server counts, within 2 %%: %s", async (_name, input, more) => {
		const { receipt, usage } = await ask(input, more());
		const { output, total, ...sent } = receipt.tokens;
		const input_tokens = Object.values(sent).reduce((sum, part) => sum + part, 0);
		expect(total).toBe(input_tokens + output);
		const bodies = fake.requests.filter(({ path }) => path.endsWith("/chat/completions")).map(({ body }) => body);
		const counted = bodies.reduce((sum, body) => sum + countUsage(body, []).prompt_tokens, 0);
		expect(usage?.input_tokens).toBe(counted);
		expect(Math.abs(input_tokens / counted - 1)).toBeLessThanOrEqual(0.02);
		expect(receipt.usage_difference).toBeCloseTo(counted / input_tokens - 1, 4);
		expect(sent.overhead).toBeGreaterThan(0);
	});

	test("count each call of a model that searches by itself", async () => {
		const call = { name: "file_search", arguments: { queries: ["parcels to zone 9"] } };
		fake.answerInTurn({ calls: [call] }, { text: "Eleven days 【1】." });
		const { receipt, usage } = await ask("How long do parcels to zone 9 take?", withFiles());
		const { output: _, total: __, ...sent } = receipt.tokens;
		const input_tokens = Object.values(sent).reduce((sum, part) => sum + part, 0);
		expect(receipt.model_calls).toHaveLength(2);
		expect(Math.abs(input_tokens / (usage?.input_tokens ?? 0) - 1)).toBeLessThanOrEqual(0.02);
	});

	test("of a turn later in a conversation have what was said before as history", async () => {
		const first = await ask("How long do parcels to zone 3 take?", withFiles());
		const { receipt } = await ask("And to zone 4?", { ...withFiles(), previous_response_id: first.id });
		expect(receipt.tokens.history).toBeGreaterThan(10);
		expect(Math.abs(receipt.usage_difference ?? 1)).toBeLessThanOrEqual(0.02);
	});

	test("that no server reports are compared with nothing", async () => {
		fake.answerWith(["Yes."], { usage: null });
		const { receipt, usage } = await ask("Hello");
		expect(receipt.usage_difference).toBeNull();
		expect(usage?.input_tokens).toBe(receipt.tokens.total - receipt.tokens.output);
	});
});

describe("money", () => {
	test("is counted at the price of the settings, cached tokens at theirs", async () => {
		const usage = { prompt_tokens: 1000, completion_tokens: 100, prompt_tokens_details: { cached_tokens: 400 } };
		fake.answerWith(["Yes."], { usage });
		const { receipt } = await ask("Hello");
		expect(receipt.model_calls).toEqual([
			{ model: "my-model", input_tokens: 1000, cached_tokens: 400, output_tokens: 100 },
		]);
		expect(receipt.prices).toEqual({ "my-model": { input: 1, cached_input: 0.5, output: 2, as_of: null } });
		expect(receipt.cost_usd).toBeCloseTo((600 * 1 + 400 * 0.5 + 100 * 2) / 1e6, 10);
	});

	test("has the day of the list price that it was counted at, and is null where there is none", async () => {
		const { receipt } = await ask("Hello", { model: "gpt-4.1-mini" });
		expect(receipt.prices).toMatchObject({ "gpt-4.1-mini": { input: 0.4, as_of: PRICES_AS_OF } });
		expect(receipt.cost_usd).toBeGreaterThan(0);
		const { receipt: unknown } = await ask("Hello", { model: "llama3:8b" });
		expect(unknown).toMatchObject({ prices: { "llama3:8b": null }, cost_usd: null });
	});
});
