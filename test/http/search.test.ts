import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { indexOf, untilSettled } from "../support/index-state.ts";
import { errorOf, sendJson } from "../support/send.ts";
import { startTestService, type TestService } from "../support/service.ts";
import { createDemoStore, createStore } from "../support/upload.ts";

/** OpenAI's keys and ours. */
type Result = {
	file_id: string;
	filename: string;
	score: number;
	content: { text: string }[];
	chunk_id: string;
	start: number;
	end: number;
	location: Record<string, unknown>;
	scores: { lexical: number | null; dense: number | null };
};

let t: TestService;
let storeId: string;
let fileIds: Record<string, string>;
beforeAll(async () => {
	t = await startTestService();
	({ id: storeId, fileIds } = await createDemoStore(t.client, [
		"rfc4180.txt",
		"sp500-constituents.csv",
		"us-congress-committees.json",
	]));
	// Until then a score may change between one search and the next.
	await untilSettled(t.service.db, (await indexOf(t.service.db, storeId)).id);
});
afterAll(() => t.stop());

async function search(body: object, id = storeId) {
	const page = await t.client.vectorStores.search(id, body as never);
	return page.data as unknown as Result[];
}

test("a text finds the passages that fit it, best first, scored from 0 to 1", async () => {
	const found = await search({ query: "Who wrote RFC 4180 about comma-separated values?" });
	expect(found.length).toBeGreaterThan(1);
	expect(found[0]?.filename).toBe("rfc4180.txt");
	const scores = found.map((result) => result.score);
	expect(scores).toEqual(scores.toSorted((a, b) => b - a));
	for (const score of scores) {
		expect(score).toBeGreaterThan(0);
		expect(score).toBeLessThanOrEqual(1);
	}
});

test("several texts are several searches: each finds its own", async () => {
	const queries = ["text/csv MIME type registration", "House Committee on Agriculture"];
	const sent = await sendJson(t.url, "POST", `/v1/vector_stores/${storeId}/search`, { query: queries });
	expect(sent.body).toMatchObject({
		object: "vector_store.search_results.page",
		search_query: queries,
		has_more: false,
		next_page: null,
	});
	const both = sent.body.data as Result[];
	expect(new Set(both.map((result) => result.filename))).toContain("rfc4180.txt");
	expect(new Set(both.map((result) => result.filename))).toContain("us-congress-committees.json");
	for (const query of queries) {
		const [best] = await search({ query });
		expect(both.find((result) => result.chunk_id === best?.chunk_id)?.score).toBe(best?.score);
	}
	expect(new Set(both.map((result) => result.chunk_id)).size).toBe(both.length);
});

test("each of several texts has its places, however much better the others fit", async () => {
	const queries = ["House Committee on Agriculture", "how is a double quote escaped inside a field"];
	for (const query of [queries, queries.toReversed()]) {
		const found = await search({ query, max_num_results: 4 });
		const names = found.map((result) => result.filename);
		expect(names.filter((name) => name === "rfc4180.txt")).toHaveLength(2);
		expect(names.filter((name) => name === "us-congress-committees.json")).toHaveLength(2);
		expect(found.map(({ score }) => score)).toEqual(found.map(({ score }) => score).toSorted((a, b) => b - a));
	}
});

test("one text comes back as the one search that was made", async () => {
	const sent = await sendJson(t.url, "POST", `/v1/vector_stores/${storeId}/search`, { query: "agriculture" });
	expect(sent.body.search_query).toEqual(["agriculture"]);
});

test("what is found is the document's own text, at the place it names", async () => {
	const texts = new Map<string, string>();
	for (const id of Object.values(fileIds)) {
		const content = await t.client.vectorStores.files.content(id, { vector_store_id: storeId });
		texts.set(id, content.data.map((part) => part.text).join(""));
	}
	const found = await search({
		query: ["line breaks in quoted fields", "Apple Inc. headquarters", "Subcommittee on Nutrition"],
		max_num_results: 50,
	});
	expect(new Set(found.map((result) => result.filename)).size).toBe(3);
	for (const { file_id, content, start, end, chunk_id, scores } of found) {
		expect(content).toHaveLength(1);
		expect(texts.get(file_id)?.slice(start, end)).toBe(content[0]?.text);
		expect(chunk_id).toMatch(/^chunk_\d+_\d+$/);
		expect(scores).toEqual({ lexical: expect.any(Number), dense: null, rerank: null });
	}
});

test("a row is found where it stands in its table", async () => {
	const [best] = await search({ query: "Which row holds Adobe Inc. ADBE?" });
	expect(best?.filename).toBe("sp500-constituents.csv");
	const { location, file_id } = best as Result;
	const { row_start, row_end } = location as { row_start: number; row_end: number };
	const csv = await (await t.client.files.content(file_id)).text();
	const row = csv.split("\n").findIndex((line) => line.startsWith("ADBE,"));
	expect(row).toBeGreaterThan(0);
	expect(row_start).toBeLessThanOrEqual(row);
	expect(row_end).toBeGreaterThanOrEqual(row);
});

test("no more results come than asked for", async () => {
	expect(await search({ query: "committee", max_num_results: 1 })).toHaveLength(1);
	expect(await search({ query: "committee" })).toHaveLength(10);
	expect(await search({ query: "committee", max_num_results: 50 })).toHaveLength(50);
});

describe("ranking options", () => {
	test("a threshold cuts what scores less", async () => {
		const query = "quoted fields with line breaks";
		const all = await search({ query, max_num_results: 50 });
		const threshold = ((all[3] as Result).score + (all[4] as Result).score) / 2;
		const cut = await search({ query, max_num_results: 50, ranking_options: { score_threshold: threshold } });
		expect(cut.length).toBeLessThan(all.length);
		expect(cut.map((result) => result.chunk_id)).toEqual(all.slice(0, 4).map((result) => result.chunk_id));
		expect(await search({ query: "zzz nothing", ranking_options: { score_threshold: 1 } })).toEqual([]);
	});

	test.for([
		{ ranker: "none" },
		{ ranker: "auto" },
		{ ranker: "default-2024-11-15" },
		{ hybrid_search: { embedding_weight: 0.2, text_weight: 0.8 } },
		{ hybrid_search: { embedding_weight: 1, text_weight: 0 } },
	])("%j is taken", async (ranking_options) => {
		const [best] = await search({ query: "text/csv MIME type registration", ranking_options });
		expect(best?.filename).toBe("rfc4180.txt");
	});
});

test("without a model rewrite_query searches the query as it is, and says so", async () => {
	const body = { query: "text/csv MIME type", rewrite_query: true };
	const sent = await sendJson(t.url, "POST", `/v1/vector_stores/${storeId}/search`, body);
	expect(sent.body.search_query).toEqual(["text/csv MIME type"]);
	expect(sent.body.data).toEqual(await search({ query: "text/csv MIME type" }));
});

test.for<[object, string, string]>([
	[{}, "query", "missing_required_parameter"],
	[{ query: "" }, "query", "invalid_value"],
	[{ query: [] }, "query", "array_below_min_length"],
	[{ query: 5 }, "query", "invalid_type"],
	[{ query: ["a", null] }, "query[1]", "invalid_type"],
	[{ query: "x", max_num_results: 0 }, "max_num_results", "integer_below_min_value"],
	[{ query: "x", max_num_results: 51 }, "max_num_results", "integer_above_max_value"],
	[{ query: "x", max_num_results: "10" }, "max_num_results", "invalid_type"],
	[{ query: "x", ranking_options: { ranker: "best" } }, "ranking_options.ranker", "invalid_value"],
	[
		{ query: "x", ranking_options: { score_threshold: 1.5 } },
		"ranking_options.score_threshold",
		"decimal_above_max_value",
	],
	[
		{ query: "x", ranking_options: { score_threshold: -0.5 } },
		"ranking_options.score_threshold",
		"decimal_below_min_value",
	],
])("%j is refused", async ([body, param, code]) => {
	const sent = await sendJson(t.url, "POST", `/v1/vector_stores/${storeId}/search`, body);
	expect(sent.status).toBe(400);
	expect(errorOf(sent)).toMatchObject({ param, code });
});

test("nothing is found in an empty store, nor where no word fits", async () => {
	const { id } = await t.client.vectorStores.create({});
	expect(await search({ query: "anything" }, id)).toEqual([]);
	expect(await search({ query: "xylophonist" })).toEqual([]);
	expect(await search({ query: "?! …" })).toEqual([]);
});

test("an unknown store is a 404", async () => {
	await expect(search({ query: "x" }, "vs_unknown")).rejects.toMatchObject({ status: 404, param: "vector_store_id" });
});

test("one store's search finds nothing of another's", async () => {
	const other = await createStore(t.client, { "a.txt": "The axolotl regenerates." });
	expect(await search({ query: "axolotl" })).toEqual([]);
	expect(await search({ query: "axolotl" }, other.id)).toHaveLength(1);
});
