import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { createHttpReranker } from "../../src/models/http-reranker.ts";
import { type FakeReranker, startFakeReranker } from "../support/fake-reranker.ts";

let fake: FakeReranker;
beforeAll(async () => {
	fake = await startFakeReranker();
});
afterEach(() => {
	fake.requests.length = 0;
	fake.scoreBy(undefined);
	fake.setLargestBatch(Infinity);
	fake.setDown(false);
});
afterAll(() => fake.stop());

const at = (path = "", model = "", key = "") =>
	createHttpReranker({ RERANK_URL: fake.url + path, RERANK_MODEL: model, RERANK_API_KEY: key });
const numbered = (count: number) => Array.from({ length: count }, (_, n) => `text ${n}`);
const byNumber = (_query: string, text: string) => Number(text.slice(5)) / 1000;

test.each([
	["", "/rerank"],
	["/", "/rerank"],
	["/v1", "/v1/rerank"],
	["/v2/rerank", "/v2/rerank"],
	["/rerank/", "/rerank"],
])("an address that ends in %j is asked at %s", async (path, asked) => {
	expect(await at(path).rerank("red fox", ["a red fox", "a red hen"])).toEqual([1, 0.5]);
	expect(fake.requests[0]?.path).toBe(asked);
});

test("the key is sent as a bearer token", async () => {
	await at("", "m", "rerank-key-1").rerank("q", ["a"]);
	expect(fake.requests[0]).toMatchObject({
		authorization: "Bearer rerank-key-1",
		body: { model: "m", documents: ["a"] },
	});
});

test("scores come back in the order of the texts, however many requests they took", async () => {
	fake.scoreBy(byNumber);
	const texts = numbered(70);
	expect(await at().rerank("q", texts)).toEqual(texts.map((text) => byNumber("q", text)));
	expect(fake.requests.map((request) => request.texts.length)).toEqual([32, 32, 6]);
	expect(await at("", "m").rerank("q", texts)).toEqual(texts.map((text) => byNumber("q", text)));
	expect(fake.requests.at(-1)?.texts).toHaveLength(70);
});

test("a server that takes fewer at a time is sent fewer", async () => {
	fake.scoreBy(byNumber);
	fake.setLargestBatch(8);
	const texts = numbered(30);
	expect(await at().rerank("q", texts)).toEqual(texts.map((text) => byNumber("q", text)));
});

test("no texts ask for nothing", async () => {
	expect(await at().rerank("q", [])).toEqual([]);
	expect(fake.requests).toHaveLength(0);
});

test("scores outside 0 to 1 are a model's raw output and are brought there in their order, from then on all of them", async () => {
	const raw: Record<string, number> = { a: 7.74, b: 0, c: -11.02 };
	fake.scoreBy((_query, text) => raw[text] as number);
	const reranker = at("", "m");
	const [a, b, c] = (await reranker.rerank("q", ["a", "b", "c"])) as [number, number, number];
	expect([a, b, c]).toEqual([expect.closeTo(0.99957, 5), 0.5, expect.closeTo(0.0000164, 7)]);
	expect(await reranker.rerank("q", ["b"])).toEqual([0.5]);
	expect(await at("", "m").rerank("q", ["b"])).toEqual([0]);
});

test("a score that rounding took over 1 is 1, and no sign of another scale", async () => {
	const raw: Record<string, number> = { a: 1.0000001, b: 0.25, c: -0.0000001 };
	fake.scoreBy((_query, text) => raw[text] as number);
	expect(await at().rerank("q", ["a", "b", "c"])).toEqual([1, 0.25, 0]);
});

test.each([
	[400, "upstream_error", false],
	[401, "upstream_error", false],
	[424, "upstream_error", false],
	[413, "upstream_error", false],
])("a %i is %s, and worth trying again: %s", async (status, code, retryable) => {
	fake.failNext({ kind: "status", status, message: "wrong key rerank-key-1" });
	const asked = at("", "", "rerank-key-1").rerank("q", ["a"]);
	await expect(asked).rejects.toMatchObject({
		code,
		retryable,
		message: expect.stringContaining("The reranking server answered"),
	});
	await expect(asked).rejects.not.toMatchObject({ message: expect.stringContaining("rerank-key-1") });
});

test("a key that is refused is named by its setting", async () => {
	fake.failNext({ kind: "status", status: 401 });
	await expect(at().rerank("q", ["a"])).rejects.toThrow("RERANK_API_KEY");
});

test("a server that was busy is asked again", async () => {
	fake.failNext({ kind: "status", status: 429 });
	expect(await at().rerank("q", ["q"])).toEqual([1]);
	expect(fake.requests).toHaveLength(2);
});

test("one that is away says where to look, and what is no API too", async () => {
	fake.setDown(true);
	await expect(at().rerank("q", ["a"])).rejects.toMatchObject({
		code: "upstream_error",
		message: "The reranking server cannot be reached. Check RERANK_URL and that it runs.",
	});
	fake.setDown(false);
	fake.failNext({ kind: "web_page" });
	await expect(at().rerank("q", ["a"])).rejects.toMatchObject({
		code: "upstream_error",
		message: expect.stringContaining("RERANK_URL"),
	});
});
