import { afterAll, beforeAll, expect, test } from "vitest";
import { type FakeOpenAI, startFakeOpenAI } from "../support/fake-openai.ts";
import { startTestService, type TestService } from "../support/service.ts";
import { createStore } from "../support/upload.ts";

let fake: FakeOpenAI;
let t: TestService;
let storeId: string;
beforeAll(async () => {
	fake = await startFakeOpenAI();
	t = await startTestService({ OPENAI_BASE_URL: fake.url, OPENAI_API_KEY: "k", EMBEDDING_MODEL: "fake-embedder" });
	({ id: storeId } = await createStore(t.client, {
		"a.txt": "Penguins huddle against the wind.",
		"b.txt": "Penguins, penguins, penguins: so many penguins on the wind-swept shore.",
		"c.txt": "Camels cross the dunes.",
	}));
});
afterAll(async () => {
	await t.stop();
	await fake.stop();
});

type Scored = { score: number; scores: { lexical: number; dense: number | null } };

async function search(
	hybrid_search?: { embedding_weight: number; text_weight: number },
	score_threshold = 0,
): Promise<Scored[]> {
	const page = await t.client.vectorStores.search(storeId, {
		query: "penguins in the wind",
		ranking_options: { score_threshold, ...(hybrid_search && { hybrid_search }) } as never,
	});
	return page.data as unknown as Scored[];
}

test("with embeddings a passage tells both of its scores, and the weights mix them", async () => {
	const mixes: [Parameters<typeof search>[0], number][] = [
		[undefined, 0.5],
		[{ embedding_weight: 1, text_weight: 0 }, 1],
		[{ embedding_weight: 3, text_weight: 1 }, 0.75],
	];
	for (const [weights, ofDense] of mixes) {
		const found = await search(weights);
		expect(found).toHaveLength(3);
		for (const { score, scores } of found) {
			expect(score).toBeCloseTo(ofDense * (scores.dense as number) + (1 - ofDense) * scores.lexical, 3);
		}
		expect(found.map((result) => result.score)).toEqual(found.map((result) => result.score).toSorted((a, b) => b - a));
	}
});

test("a search that counts for nothing is not made, and no vector paid for", async () => {
	const before = fake.requests.length;
	const found = await search({ embedding_weight: 0, text_weight: 2 });
	expect(found.map(({ scores }) => scores.dense)).toEqual([null, null]);
	expect(found.map(({ score }) => score)).toEqual(found.map(({ scores }) => scores.lexical));
	expect(fake.requests.length).toBe(before);
});

test.for([
	[1, 0],
	[0, 1],
	[0.5, 0.5],
])("with the weights %j a threshold is held against the weighted score, and all scores lie in 0..1", async ([d, l]) => {
	const hybrid_search = { embedding_weight: d as number, text_weight: l as number };
	const all = await search(hybrid_search);
	for (const { score } of all) expect(score >= 0 && score <= 1).toBe(true);
	const middle = (all.at(-2) as Scored).score;
	const cut = await search(hybrid_search, middle);
	expect(cut).toEqual(all.filter(({ score }) => score >= middle));
	expect(cut.length).toBeLessThan(all.length);
});

test("an embedding server that fails is an error, never an empty list", async () => {
	fake.setDown(true);
	await expect(search()).rejects.toMatchObject({ status: 502, code: "upstream_error" });
	fake.setDown(false);
	expect(await search()).toHaveLength(3);
});
