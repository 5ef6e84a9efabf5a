import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { fileSearch, resultsOf } from "../support/ask.ts";
import { createTestDatabase } from "../support/database.ts";
import { type FakeOpenAI, startFakeOpenAI } from "../support/fake-openai.ts";
import { startTestService, type TestService } from "../support/service.ts";
import { until } from "../support/until.ts";
import { createStore } from "../support/upload.ts";

let fake: FakeOpenAI;
beforeAll(async () => {
	fake = await startFakeOpenAI();
});
afterAll(() => fake.stop());

describe("with an embedding model", () => {
	let t: TestService;
	let storeId: string;
	beforeAll(async () => {
		t = await startTestService({ OPENAI_BASE_URL: fake.url, EMBEDDING_MODEL: "fake-embedding" });
		// Of the question's words the common ones are in all texts but one, and the rare one in that alone.
		storeId = (
			await createStore(t.client, {
				"common.txt": "That is what it is, and it is in the way of what it was, as it is.",
				"rare.txt":
					"Zanzibar exports cloves, cinnamon, nutmeg, black pepper, vanilla, coconut oil, seaweed and raffia.",
				"ships.txt": "What is in the way of ships? It is the fog that leaves barrels, sails, lamps and flags adrift.",
				"trains.txt": "What is in the way of trains? It is the snow that covers rails, signals, switches and bridges.",
				"planes.txt": "What is in the way of planes? It is the ice that grows on wings, engines, rudders and wheels.",
			})
		).id;
	});
	afterEach(() => fake.setDown(false));
	afterAll(() => t.stop());

	const QUESTION = "What is it that is in the way of Zanzibar?";
	const search = (embedding_weight: number, text_weight: number) =>
		t.client.vectorStores.search(storeId, {
			query: QUESTION,
			ranking_options: { hybrid_search: { embedding_weight, text_weight } } as object,
		});
	const ask = (options = {}, requestOptions = {}) =>
		t.client.responses.create(
			{
				model: "fake-model",
				input: QUESTION,
				tools: [fileSearch(storeId, options)],
				include: ["file_search_call.results"],
			},
			requestOptions,
		);

	test("every result is scored by both searches, whichever found it", async () => {
		const results = resultsOf(await ask()) ?? [];
		expect(results).toHaveLength(5);
		for (const { scores, score } of results) {
			expect(scores).toEqual({ lexical: expect.any(Number), dense: expect.any(Number), rerank: null });
			expect(score).toBeCloseTo(((scores.lexical as number) + (scores.dense as number)) / 2, 3);
		}
	});

	test("the weights decide the ranking, in searches and in answers", async () => {
		const [byWords, byVectors] = [await search(0, 1), await search(1, 0)];
		expect(byWords.data[0]?.filename).toBe("rare.txt");
		expect(byVectors.data[0]?.filename).toBe("common.txt");
		for (const [weights, first] of [
			[{ embedding_weight: 0, text_weight: 1 }, "rare.txt"],
			[{ embedding_weight: 1, text_weight: 0 }, "common.txt"],
		] as const) {
			const response = await ask({ ranking_options: { hybrid_search: weights } });
			expect(resultsOf(response)?.[0]?.filename).toBe(first);
			expect(response.tools).toMatchObject([{ ranking_options: { hybrid_search: weights } }]);
		}
	});

	test("a question of no words finds nothing by either, and is no error", async () => {
		const { data } = await t.client.vectorStores.search(storeId, { query: "???" });
		for (const { score } of data) expect(score).toBe(0);
	});

	test("a client that goes away stops the embedding too", async () => {
		fake.failNext("/embeddings", { kind: "hang" });
		const abort = new AbortController();
		const before = fake.requests.length;
		const asked = ask({}, { signal: abort.signal });
		await until("the upstream request", () => fake.requests.length > before);
		abort.abort();
		await expect(asked).rejects.toThrow();
		await until("the upstream request to be given up", () => fake.requests.at(-1)?.abandoned);
	});

	test.each([
		[
			"fails",
			() => fake.failNext("/embeddings", { kind: "status", status: 500, headers: { "x-should-retry": "false" } }),
		],
		["is no API", () => fake.failNext("/embeddings", { kind: "web_page" })],
		["is down", () => fake.setDown(true)],
	])("a search whose embedding server %s is an error, never an empty list", async (_name, goWrong) => {
		goWrong();
		await expect(search(1, 1)).rejects.toMatchObject({ status: 502, code: "upstream_error" });
		goWrong();
		await expect(ask()).rejects.toMatchObject({ status: 502, code: "upstream_error" });
	});
});

describe("stores of another time", () => {
	let database: Awaited<ReturnType<typeof createTestDatabase>>;
	let plain: string;
	let embedded: string;
	const withModel = (model: string) => ({ ...database.settings, OPENAI_BASE_URL: fake.url, EMBEDDING_MODEL: model });

	/** What a service with these settings does, on the one database. */
	async function during<T>(settings: Record<string, string>, act: (t: TestService) => Promise<T>): Promise<T> {
		const t = await startTestService(settings);
		try {
			return await act(t);
		} finally {
			await t.stop();
		}
	}
	beforeAll(async () => {
		database = await createTestDatabase();
		const make = async (t: TestService) => (await createStore(t.client, { "a.txt": "Shipping is free." })).id;
		plain = await during(database.settings, make);
		embedded = await during(withModel("fake-embedding"), make);
	});
	afterAll(() => database.remove());

	test("one embedded with one model is asked with that model when EMBEDDING_MODEL is another", async () => {
		await during(withModel("another-embedding"), async ({ client }) => {
			fake.requests.length = 0;
			const { data } = await client.vectorStores.search(embedded, { query: "shipping" });
			expect(data).toMatchObject([{ filename: "a.txt", scores: { dense: expect.any(Number) } }]);
			expect(fake.requests.map(({ body }) => body.model)).toEqual(["fake-embedding"]);
		});
	});

	test("one embedded with a model says so when EMBEDDING_MODEL is not set", async () => {
		const message = /embedded with 'fake-embedding'.*EMBEDDING_MODEL is not set/;
		const refusal = { status: 500, code: "configuration", message: expect.stringMatching(message) };
		await during(withModel(""), async ({ client }) => {
			await expect(client.vectorStores.search(embedded, { query: "shipping" })).rejects.toMatchObject(refusal);
			const tools = [fileSearch(embedded)];
			const asked = client.responses.create({ model: "m", input: "Is shipping free?", tools });
			await expect(asked).rejects.toMatchObject(refusal);
		});
	});

	test("one that was never embedded is asked by its words alone", async () => {
		await during(withModel("fake-embedding"), async ({ client }) => {
			const { data } = await client.vectorStores.search(plain, { query: "Is shipping free?" });
			expect(data).toMatchObject([{ filename: "a.txt", scores: { lexical: expect.any(Number), dense: null } }]);
		});
	});
});
