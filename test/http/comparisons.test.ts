import type OpenAI from "openai";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { ComparisonQuestion } from "../../src/comparison.ts";
import { compare } from "../support/comparisons.ts";
import { type FakeOpenAI, startFakeOpenAI } from "../support/fake-openai.ts";
import { find, listIndexes } from "../support/indexes.ts";
import { startTestService, type TestService } from "../support/service.ts";
import { createStore } from "../support/upload.ts";

let fake: FakeOpenAI;
let t: TestService;
let client: OpenAI;
beforeAll(async () => {
	fake = await startFakeOpenAI();
	const settings = { OPENAI_BASE_URL: fake.url, EMBEDDING_MODEL: "fake-embedding", EMBEDDING_CONCURRENCY: "1" };
	t = await startTestService(settings);
	client = t.client;
});
beforeEach(() => {
	fake.setPaused(false);
	fake.requests.length = 0;
});
afterAll(async () => {
	fake.setPaused(false);
	await t.stop();
	await fake.stop();
});

let stores = 0;
/** Sentences that no other store of these tests holds. */
function prose(sentences: number): string {
	stores++;
	return Array.from({ length: sentences }, (_, i) => sentence(i)).join(" ");
}
function sentence(i: number): string {
	return `Sentence ${i} of text ${stores} tells of heron${i} and lake${(i * 53) % 89}.`;
}

const SENTENCES = { type: "sentence", sentence: { max_tokens: 50, overlap_tokens: 0 } } as const;
const asks = (file_id: string, i: number): ComparisonQuestion => ({
	question: `What does heron${i} tell?`,
	evidence: [{ file_id, quote: sentence(i) }],
});

/** Every text that a vector was asked for. */
const embedded = () => fake.requests.flatMap(({ body }) => [body.input].flat() as string[]);

describe("a comparison", () => {
	test("measures each of the settings on the same questions", async () => {
		const { id, fileIds } = await createStore(client, { "a.txt": prose(60) });
		const file = fileIds["a.txt"] as string;
		const before = await listIndexes(client, id);
		fake.requests.length = 0;
		const { results, ...comparison } = await compare(client, id, {
			settings: [{}, { chunking_strategy: SENTENCES }],
			questions: [asks(file, 3), asks(file, 40)],
		});
		expect(results.settings.map(({ name }) => name)).toEqual(["auto", "sentence:50/0"]);
		expect(await listIndexes(client, id)).toEqual(before);
		expect(embedded().length).toBeGreaterThan(0);
		expect(await find(client, id, "heron3", { indexId: comparison.settings[1]?.index_id as string })).not.toEqual([]);
	});
});
