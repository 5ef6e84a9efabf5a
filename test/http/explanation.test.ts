import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { StageCounts } from "../../src/ask/stage-counts.ts";
import type { Explanation, Scores } from "../../src/types.ts";
import { fileSearch, resultsOf } from "../support/ask.ts";
import { type FakeOpenAI, startFakeOpenAI } from "../support/fake-openai.ts";
import { errorOf, sendJson } from "../support/send.ts";
import { startTestService, type TestService } from "../support/service.ts";
import { createStore } from "../support/upload.ts";

type Result = { filename: string; score: number; scores: Scores; explanation: Explanation };

let fake: FakeOpenAI;
let t: TestService;
let storeId: string;
beforeAll(async () => {
	fake = await startFakeOpenAI();
	t = await startTestService({ OPENAI_BASE_URL: fake.url, EMBEDDING_MODEL: "fake-embedding" });
	storeId = (
		await createStore(t.client, {
			"harbour-rules.txt": "Ships must lower their flags when they enter the harbour at night.",
			"flags.txt": "Flags of ships and harbours are sewn by hand, and the flags are dyed.",
			"satzung.txt": "Die Schiffe müssen in der Nacht ihre Lampen löschen, und der Hafen ist dann geschlossen.",
			"weather.txt": "Fog is common in autumn, and the wind turns at dawn.",
		})
	).id;
});
afterAll(async () => {
	await t.stop();
	await fake.stop();
});

const search = async (body: object) => {
	const sent = await sendJson(t.url, "POST", `/v1/vector_stores/${storeId}/search`, body);
	return { sent, data: sent.body.data as Result[], retrieval: sent.body.retrieval as StageCounts };
};
const QUESTION = "Which flags must ships lower in the harbour?";
const explained = (body: object = {}) => search({ query: QUESTION, include: ["explanation"], ...body });

describe("a search that includes its explanation", () => {
	test("names the terms that matched, and what each adds to the lexical score", async () => {
		const { data } = await explained();
		const [best] = data;
		expect(best?.filename).toBe("harbour-rules.txt");
		expect(best?.explanation.query).toBe(QUESTION);
		const terms = best?.explanation.matched_terms ?? [];
		expect(terms.map(({ term }) => term)).toEqual(expect.arrayContaining(["flag", "lower", "ship"]));
		expect(terms.map(({ term }) => term)).not.toContain("fog");
		expect(terms.map(({ score }) => score)).toEqual(terms.map(({ score }) => score).toSorted((a, b) => b - a));
		// A word of one text says more than one of two.
		const idfOf = (wanted: string) => terms.find(({ term }) => term === wanted)?.idf ?? 0;
		expect(idfOf("lower")).toBeGreaterThan(idfOf("flag"));
	});

	test("is whole: terms, name and language add up to the lexical score, places to the fused one", async () => {
		const { data } = await explained();
		expect(data).toHaveLength(4);
		for (const { scores, score, explanation } of data) {
			const { matched_terms, name_score, language_bonus, fused_score } = explanation;
			const sum = matched_terms.reduce((total, one) => total + one.score, name_score + language_bonus);
			expect(sum).toBeCloseTo(scores.lexical as number, 3);
			expect(fused_score).toBe(score);
		}
		expect(data.map(({ explanation }) => explanation.ranks.fused)).toEqual([1, 2, 3, 4]);
		expect(data.map(({ explanation }) => explanation.ranks.dense).toSorted()).toEqual([1, 2, 3, 4]);
		expect(data[0]?.explanation.ranks.lexical).toBe(1);
		expect(data.find(({ filename }) => filename === "weather.txt")?.explanation).toMatchObject({
			matched_terms: [],
			ranks: { lexical: null },
		});
	});

	test("tells what a document's name and the question's language add", async () => {
		const { data } = await explained({
			query: "What are the harbour rules, and must the ships be there in the night?",
		});
		const byName = new Map(data.map((result) => [result.filename, result.explanation]));
		expect(byName.get("harbour-rules.txt")?.name_score).toBeGreaterThan(0);
		expect(byName.get("weather.txt")?.name_score).toBe(0);
		expect(byName.get("harbour-rules.txt")?.language_bonus).toBeGreaterThan(0);
		expect(byName.get("satzung.txt")?.language_bonus).toBe(0);
	});

	test("counts what each stage found and dropped", async () => {
		const { data, retrieval } = await explained({
			query: [QUESTION, "fog in autumn"],
			max_num_results: 1,
			ranking_options: { score_threshold: 0.2 },
		});
		expect(data).toHaveLength(1);
		expect(retrieval.queries).toEqual([
			{ query: QUESTION, lexical: expect.any(Number), dense: 4, fused: 4 },
			{ query: "fog in autumn", lexical: expect.any(Number), dense: 4, fused: 4 },
		]);
		const { found, reranked, dropped, returned } = retrieval;
		expect({ found, reranked, returned }).toEqual({ found: 4, reranked: null, returned: 1 });
		expect(dropped.below_threshold + dropped.over_limit + dropped.not_reranked).toBe(3);
		expect(dropped.below_threshold).toBeGreaterThan(0);
	});

	test("says of each result which query found it best", async () => {
		const { data } = await explained({ query: ["lower their flags at night", "fog in autumn"], max_num_results: 2 });
		expect(data.map(({ filename, explanation }) => [filename, explanation.query]).toSorted()).toEqual([
			["harbour-rules.txt", "lower their flags at night"],
			["weather.txt", "fog in autumn"],
		]);
	});
});

test("nothing is explained unasked", async () => {
	const { sent, data } = await search({ query: QUESTION });
	expect(sent.body).not.toHaveProperty("retrieval");
	for (const result of data) expect(result).not.toHaveProperty("explanation");
});

test("what cannot be included is refused by name", async () => {
	const { sent } = await search({ query: QUESTION, include: ["everything"] });
	expect(sent.status).toBe(400);
	expect(errorOf(sent)).toMatchObject({ param: "include[0]", code: "invalid_value" });
});

describe("an answer", () => {
	const ask = (include: string[]) =>
		t.client.responses.create({
			model: "m",
			input: QUESTION,
			tools: [fileSearch(storeId)],
			include: include as never,
		});
	const explanationsOf = (results: object[] | null) => results?.map((result) => "explanation" in result);

	test("explains its results where that is included", async () => {
		const response = await ask(["file_search_call.explanation"]);
		expect(explanationsOf(resultsOf(response))).toEqual([true, true, true, true]);
		const plain = await ask(["file_search_call.results"]);
		expect(explanationsOf(resultsOf(plain))).toEqual([false, false, false, false]);
		expect(resultsOf(await ask([]))).toBeNull();
	});

	test("shows a kept explanation where it is asked for again", async () => {
		const { id } = await ask(["file_search_call.explanation"]);
		const again = async (include: string[]) =>
			resultsOf(await t.client.responses.retrieve(id, { include: include as never, stream: false }));
		expect(explanationsOf(await again(["file_search_call.explanation"]))).toEqual([true, true, true, true]);
		expect(explanationsOf(await again(["file_search_call.results"]))).toEqual([false, false, false, false]);
		expect(await again([])).toBeNull();
	});

	test("says on its receipt what each stage found and dropped", async () => {
		const { receipt } = (await ask([])) as unknown as { receipt: { retrieval: StageCounts; rewrite: unknown } };
		expect(receipt.retrieval).toEqual({
			queries: [{ query: QUESTION, lexical: expect.any(Number), dense: 4, fused: 4 }],
			found: 4,
			reranked: null,
			dropped: { not_reranked: 0, below_threshold: 0, over_limit: 0 },
			returned: 4,
		});
		expect(receipt.rewrite).toBeNull();
	});
});
