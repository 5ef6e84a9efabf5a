import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Explanation } from "../../src/types.ts";
import { fileSearch, resultsOf } from "../support/ask.ts";
import { type FakeOpenAI, startFakeOpenAI } from "../support/fake-openai.ts";
import { type FakeReranker, startFakeReranker } from "../support/fake-reranker.ts";
import { errorOf, sendJson } from "../support/send.ts";
import { startTestService, type TestService } from "../support/service.ts";
import { until } from "../support/until.ts";
import { createStore } from "../support/upload.ts";

type Result = {
	filename: string;
	score: number;
	scores: { lexical: number; dense: number; rerank: number | null };
	explanation?: Explanation;
};

const towns = ["Rome", "Oslo", "Bern", "Bonn", "Lima", "Riga", "Kiev", "Baku"];
const FILES = Object.fromEntries(
	towns.map((town, n) => [
		`${town}.md`,
		`# Offices\n\nThe office in ${town} opens at ${n + 1} and ${"opens ".repeat(n)}again.`,
	]),
);

let reranker: FakeReranker;
let openai: FakeOpenAI;
beforeAll(async () => {
	[reranker, openai] = await Promise.all([startFakeReranker(), startFakeOpenAI()]);
});
beforeEach(() => {
	reranker.requests.length = 0;
});
afterEach(() => {
	reranker.scoreBy(undefined);
	reranker.setDown(false);
});
afterAll(() => Promise.all([reranker.stop(), openai.stop()]));

describe.each([
	["Text Embeddings Inference", {}],
	["the others", { RERANK_MODEL: "bge-reranker" }],
])("with a reranker that speaks as %s", (_name, settings) => {
	let t: TestService;
	let storeId: string;
	beforeAll(async () => {
		t = await startTestService({
			OPENAI_BASE_URL: openai.url,
			EMBEDDING_MODEL: "fake-embedding",
			RERANK_URL: reranker.url,
			RERANK_API_KEY: "rerank-key-1",
			RERANK_CANDIDATES: "5",
			...settings,
		});
		storeId = (await createStore(t.client, FILES)).id;
	});
	afterAll(() => t.stop());

	const search = async (body: object) => {
		const sent = await sendJson(t.url, "POST", `/v1/vector_stores/${storeId}/search`, {
			query: "opens",
			...body,
		});
		return { sent, data: sent.body.data as Result[] };
	};
	/** The later in this list, the higher. */
	const prefer = (...order: string[]) =>
		reranker.scoreBy((_query, text) => (1 + order.findIndex((town) => text.includes(town))) / 10);

	test("the reranker's score is the result's, and orders them; those of the searches stay beside it", async () => {
		const fused = (await search({ ranking_options: { ranker: "none" }, max_num_results: 5 })).data;
		const wanted = fused.map(({ filename }) => filename.replace(".md", ""));
		prefer(...wanted);
		const { data } = await search({ max_num_results: 5 });
		expect(data.map(({ filename }) => filename)).toEqual(fused.map(({ filename }) => filename).toReversed());
		expect(data.map(({ score }) => score)).toEqual([0.5, 0.4, 0.3, 0.2, 0.1]);
		for (const { score, scores } of data) {
			expect(scores).toEqual({ lexical: expect.any(Number), dense: expect.any(Number), rerank: score });
		}
	});

	test("so many candidates are scored, each with its file's name and headings above it", async () => {
		const { data } = await search({ max_num_results: 3 });
		expect(data).toHaveLength(3);
		const [asked, ...more] = reranker.requests;
		expect(more).toEqual([]);
		expect(asked?.query).toBe("opens");
		expect(asked?.texts).toHaveLength(5);
		for (const text of asked?.texts ?? []) expect(text).toMatch(/^(\w+)\.md\nOffices\n[\s\S]*The office in \1 opens/);
	});

	test("never fewer are scored than are asked for", async () => {
		const { data } = await search({ max_num_results: 8 });
		expect(data).toHaveLength(8);
		for (const { scores, score } of data) expect(scores.rerank).toBe(score);
	});

	test("the threshold holds for the reranker's score", async () => {
		const [first = "", second = ""] = (await search({ max_num_results: 2 })).data.map(({ filename }) =>
			filename.slice(0, 4),
		);
		prefer("nobody", "no one", first, second);
		const { data } = await search({ ranking_options: { score_threshold: 0.35 } });
		expect(data.map(({ filename, score }) => [filename.slice(0, 4), score])).toEqual([[second, 0.4]]);
	});

	test("ranker none turns it off for a request", async () => {
		const { data } = await search({ ranking_options: { ranker: "none" } });
		expect(reranker.requests).toHaveLength(0);
		expect(data.length).toBeGreaterThan(5);
		for (const { scores } of data) expect(scores.rerank).toBeNull();
	});

	test("each passage is scored by the query that found it best, and each query has its places", async () => {
		reranker.scoreBy((query, text) => (query.includes("Rome") ? 0.9 : text.includes("Oslo") ? 0.2 : 0.1));
		const { data } = await search({ query: ["Rome", "Oslo"], max_num_results: 2 });
		expect(reranker.requests.map(({ query }) => query).toSorted()).toEqual(["Oslo", "Rome"]);
		expect(reranker.requests.reduce((sum, { texts }) => sum + texts.length, 0)).toBe(5);
		expect(data.map(({ filename }) => filename)).toContain("Oslo.md");
	});

	test("a follow-up is read with the question it follows on", async () => {
		const tools = [fileSearch(storeId)];
		const first = await t.client.responses.create({ model: "m", input: "When does Rome open?", tools });
		reranker.requests.length = 0;
		await t.client.responses.create({ model: "m", input: "And Oslo?", tools, previous_response_id: first.id });
		expect(reranker.requests.map(({ query }) => query)).toEqual(["When does Rome open?\nAnd Oslo?"]);
	});

	test("an explanation tells both scores, and how many passages were scored anew", async () => {
		const { sent, data } = await search({ max_num_results: 3, include: ["explanation"] });
		expect(sent.body.retrieval).toMatchObject({
			found: 8,
			reranked: 5,
			dropped: { not_reranked: 3, below_threshold: 0, over_limit: 2 },
			returned: 3,
		});
		for (const { scores, explanation } of data) {
			const fused = (scores.lexical + scores.dense) / 2;
			expect(explanation).toMatchObject({
				fused_score: expect.closeTo(fused, 3),
				ranks: { fused: expect.any(Number) },
			});
		}
	});

	test("a search that found nothing asks no reranker", async () => {
		const empty = await t.client.vectorStores.create({});
		expect((await t.client.vectorStores.search(empty.id, { query: "opens" })).data).toEqual([]);
		expect(reranker.requests).toHaveLength(0);
	});

	test("answers rest on it too", async () => {
		reranker.scoreBy((_query, text) => (text.includes("Bern") ? 0.9 : 0.1));
		const response = await t.client.responses.create({
			model: "m",
			input: "Which office in Rome opens?",
			tools: [fileSearch(storeId)],
			include: ["file_search_call.results"],
		});
		expect(resultsOf(response)?.[0]).toMatchObject({ filename: "Bern.md", score: 0.9, scores: { rerank: 0.9 } });
		expect(response).toMatchObject({ receipt: { retrieval: { reranked: 8, dropped: { not_reranked: 0 } } } });
	});

	test.each<[string, () => void]>([
		["fails", () => reranker.failNext({ kind: "status", status: 424, message: "key rerank-key-1 is wrong" })],
		["is no API", () => reranker.failNext({ kind: "web_page" })],
		["leaves a passage out", () => reranker.failNext({ kind: "body", body: [{ index: 0, score: 1 }] })],
		["is down", () => reranker.setDown(true)],
	])("a search whose reranker %s is an error, never an empty list", async (_case, goWrong) => {
		goWrong();
		const { sent } = await search({});
		expect(sent.status).toBe(502);
		expect(errorOf(sent)).toMatchObject({ code: "upstream_error", message: expect.stringMatching(/reranking server/) });
		expect(errorOf(sent).message).not.toContain("rerank-key-1");
		goWrong();
		const asked = t.client.responses.create({ model: "m", input: "opens", tools: [fileSearch(storeId)] });
		await expect(asked).rejects.toMatchObject({ status: 502, code: "upstream_error" });
	});

	test("a client that goes away stops the reranking too", async () => {
		reranker.failNext({ kind: "hang" });
		const abort = new AbortController();
		const asked = t.client.vectorStores.search(storeId, { query: "opens" }, { signal: abort.signal });
		await until("the request", () => reranker.requests.length > 0);
		abort.abort();
		await expect(asked).rejects.toThrow();
		await until("the request to be given up", () => reranker.requests[0]?.abandoned);
	});
});
