import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Receipt } from "../../src/ask/receipt.ts";
import { costAt, type Price, Prices } from "../../src/models/prices.ts";
import { countTokens } from "../../src/models/tokens.ts";
import { fileSearch, lastExcerpts, resultsOf } from "../support/ask.ts";
import { type FakeOpenAI, startFakeOpenAI } from "../support/fake-openai.ts";
import { sendJson } from "../support/send.ts";
import { startTestService, type TestService } from "../support/service.ts";
import { until } from "../support/until.ts";
import { createStore } from "../support/upload.ts";

const REWRITER = "gpt-4.1-nano";
const FILES = {
	"rome.txt": "The office in Rome opens at seven in the morning.",
	"oslo.txt": "The office in Oslo opens at nine in the morning.",
	"fees.txt": "A passport costs eighty euros and is ready within a week.",
};

let fake: FakeOpenAI;
let t: TestService;
let storeId: string;
beforeAll(async () => {
	fake = await startFakeOpenAI();
	t = await startTestService({
		OPENAI_BASE_URL: fake.url,
		OPENAI_API_KEY: "upstream-key-1",
		EMBEDDING_MODEL: "fake-embedding",
		REWRITE_QUERIES: "on",
		REWRITE_MODEL: REWRITER,
		REWRITE_TIMEOUT_SECONDS: "5",
	});
	storeId = (await createStore(t.client, FILES)).id;
});
beforeEach(() => {
	fake.requests.length = 0;
});
afterEach(() => fake.answerAs(REWRITER, undefined));
afterAll(async () => {
	await t.stop();
	await fake.stop();
});

const search = async (query: string | string[], rewrite_query = true, options = {}) => {
	const { body } = await sendJson(t.url, "POST", `/v1/vector_stores/${storeId}/search`, {
		query,
		rewrite_query,
		...options,
	});
	return body as { search_query: string[]; data: { filename: string; score: number }[] };
};
const ask = async (input: string | object[], options = {}) => {
	const response = await t.client.responses.create({
		model: "gpt-4o-mini",
		input: input as never,
		tools: [fileSearch(storeId)],
		include: ["file_search_call.results"],
		...options,
	});
	const [call] = response.output.filter((item) => item.type === "file_search_call");
	return { response, queries: call?.queries, receipt: (response as unknown as { receipt: Receipt }).receipt };
};
const rewriting = () => fake.requests.filter(({ body }) => body.model === REWRITER);

describe("a search with rewrite_query", () => {
	test("searches the query and what the model makes of it, and says so", async () => {
		fake.answerAs(REWRITER, '["opening time of the office in Rome", "price of a passport"]');
		const query = "When can I come, and what will I pay?";
		const { search_query, data } = await search(query, true, { max_num_results: 2 });
		expect(search_query).toEqual([query, "opening time of the office in Rome", "price of a passport"]);
		expect(data.map((result) => result.filename).toSorted()).toEqual(["fees.txt", "rome.txt"]);
	});

	test("embeds each query by itself", async () => {
		fake.answerAs(REWRITER, '["price of a passport"]');
		await search("What will I pay?");
		const [embedded] = fake.requests.filter(({ path }) => path.endsWith("/embeddings"));
		expect(embedded?.body.input).toEqual(["What will I pay?", "price of a passport"]);
	});

	test("searches a query that the model repeats once", async () => {
		fake.answerAs(REWRITER, '["passport  COSTS"]');
		expect((await search("Passport costs")).search_query).toEqual(["Passport costs"]);
	});

	test("keeps several queries of the client's and makes one call for all", async () => {
		fake.answerAs(REWRITER, '["price of a passport"]');
		expect((await search(["rome", "fees"])).search_query).toEqual(["rome", "fees", "price of a passport"]);
		expect(rewriting()).toHaveLength(1);
	});

	test("calls no model where it is not asked for", async () => {
		expect((await search("Passport costs", false)).search_query).toEqual(["Passport costs"]);
		expect(rewriting()).toHaveLength(0);
	});

	test.each<[string, () => void]>([
		["writes prose", () => fake.answerAs(REWRITER, "You could search for passports.")],
		["writes nothing", () => fake.answerAs(REWRITER, "")],
		["has nothing to add", () => fake.answerAs(REWRITER, "[]")],
		["fails", () => fake.failNext("/chat/completions", { kind: "status", status: 400 })],
		["breaks off", () => fake.failNext("/chat/completions", { kind: "cut_off", after: 1 })],
		["is no API", () => fake.failNext("/chat/completions", { kind: "web_page" })],
		["never answers", () => fake.failNext("/chat/completions", { kind: "hang" })],
	])("searches the query as it is where the model %s", async (_name, goWrong) => {
		goWrong();
		const { search_query, data } = await search("What does a passport cost?");
		expect(search_query).toEqual(["What does a passport cost?"]);
		expect(data[0]?.filename).toBe("fees.txt");
	});
});

describe("an answer with REWRITE_QUERIES on", () => {
	test("searches what the conversation means, and answers the question that was asked", async () => {
		const first = await ask("When does the office in Rome open?");
		fake.answerAs(REWRITER, '["opening time of the office in Oslo"]');
		fake.requests.length = 0;
		const { queries } = await ask("And there?", { previous_response_id: first.response.id });
		expect(queries).toEqual(["And there?", "opening time of the office in Oslo"]);
		expect(JSON.stringify(rewriting()[0]?.body.messages)).toContain("When does the office in Rome open?");
		// The question needs what was said before; what the model wrote stands alone.
		const [embedded] = fake.requests.filter(({ path }) => path.endsWith("/embeddings"));
		expect(embedded?.body.input).toEqual([
			"When does the office in Rome open?\nAnd there?",
			"opening time of the office in Oslo",
		]);
		expect(lastExcerpts(fake)).toContain("Oslo");
		expect(JSON.stringify(fake.requests.at(-1)?.body.messages)).toContain("Question: And there?");
	});

	test("sends excerpts for each part, also where all of them do not fit", async () => {
		fake.answerAs(REWRITER, '["opening time of the offices in Rome and Oslo", "price of a passport"]');
		const { response } = await ask("When do they open, and what will I pay?", { context: { passage_tokens: 100 } });
		expect(lastExcerpts(fake)).toContain("passport");
		expect(lastExcerpts(fake)).toMatch(/Rome|Oslo/);
		const scores = resultsOf(response)?.map((result) => result.score as number) ?? [];
		expect(scores).toEqual(scores.toSorted((a, b) => b - a));
	});

	test("counts the call in the receipt, in tokens and in money", async () => {
		fake.answerAs(REWRITER, '["price of a passport"]');
		const { response, receipt } = await ask("What will I pay?");
		expect(receipt.rewrite).toEqual({
			model: REWRITER,
			input_tokens: expect.any(Number),
			output_tokens: countTokens('["price of a passport"]'),
		});
		expect(receipt.rewrite?.input_tokens).toBeGreaterThan(100);
		const usage = response.usage as NonNullable<typeof response.usage>;
		const answer = { input_tokens: usage.input_tokens, cached_tokens: 0, output_tokens: usage.output_tokens };
		const rewrite = { ...(receipt.rewrite as NonNullable<Receipt["rewrite"]>), cached_tokens: 0 };
		const costOf = (model: string, usage: typeof answer) => costAt(new Prices().of(model) as Price, usage);
		const cost = costOf("gpt-4o-mini", answer) + costOf(REWRITER, rewrite);
		expect(receipt.cost_usd).toBeCloseTo(cost, 10);
	});

	test("counts a call that brought nothing, too", async () => {
		fake.answerAs(REWRITER, "no list");
		const { queries, receipt } = await ask("What will I pay?");
		expect(queries).toEqual(["What will I pay?"]);
		expect(receipt.rewrite).toMatchObject({ model: REWRITER, output_tokens: countTokens("no list") });
		fake.failNext("/chat/completions", { kind: "status", status: 400 });
		expect((await ask("What will I pay?")).receipt.rewrite).toBeNull();
	});

	test("gives the rewriting up when the client goes away", async () => {
		fake.failNext("/chat/completions", { kind: "hang" });
		const abort = new AbortController();
		const asked = t.client.responses.create(
			{ model: "m", input: "What will I pay?", tools: [fileSearch(storeId)] },
			{ signal: abort.signal },
		);
		await until("the call", () => rewriting().length > 0);
		abort.abort();
		await expect(asked).rejects.toThrow();
		await until("the call to be given up", () => rewriting()[0]?.abandoned);
		expect(fake.requests.filter(({ path }) => path.endsWith("/chat/completions"))).toHaveLength(1);
	});

	test("asks nothing to be rewritten where no documents are asked", async () => {
		await ask("Hello?", { tools: [] });
		expect(rewriting()).toHaveLength(0);
	});
});

describe("without a word of which model rewrites", () => {
	test.each([
		["the alias of every name", "small=a,*=b", "b"],
		["the first alias", "small=a,large=b", "a"],
	])("searches are rewritten by %s", async (_name, MODEL_ALIASES, model) => {
		const other = await startTestService({ OPENAI_BASE_URL: fake.url, MODEL_ALIASES });
		try {
			const store = await createStore(other.client, { "fees.txt": FILES["fees.txt"] });
			fake.answerAs(model, '["price of a passport"]');
			const sent = await sendJson(other.url, "POST", `/v1/vector_stores/${store.id}/search`, {
				query: "What will I pay?",
				rewrite_query: true,
			});
			expect(sent.body.search_query).toEqual(["What will I pay?", "price of a passport"]);
			// Answers are not rewritten unless that is set.
			await other.client.responses.create({ model: "small", input: "Fees?", tools: [fileSearch(store.id)] });
			expect(fake.requests.filter(({ path }) => path.endsWith("/chat/completions"))).toHaveLength(2);
		} finally {
			fake.answerAs(model, undefined);
			await other.stop();
		}
	});

	test.each([
		["there is no model", {}],
		["none is named", { OPENAI_API_KEY: "upstream-key-1" }],
	])("a query is searched as it is where %s", async (_name, settings) => {
		const other = await startTestService({
			...settings,
			...("OPENAI_API_KEY" in settings && { OPENAI_BASE_URL: fake.url }),
		});
		try {
			const store = await createStore(other.client, { "fees.txt": FILES["fees.txt"] });
			const query = ["What does a passport cost?"];
			const sent = await sendJson(other.url, "POST", `/v1/vector_stores/${store.id}/search`, {
				query,
				rewrite_query: true,
			});
			expect(sent.body).toMatchObject({ search_query: query, data: [{ filename: "fees.txt" }] });
			expect(fake.requests.filter(({ path }) => path.endsWith("/chat/completions"))).toHaveLength(0);
		} finally {
			await other.stop();
		}
	});
});
