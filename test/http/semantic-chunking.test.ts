import { afterAll, beforeAll, expect, test } from "vitest";
import { countTokens } from "../../src/models/tokens.ts";
import { type FakeOpenAI, startFakeOpenAI } from "../support/fake-openai.ts";
import { sendJson } from "../support/send.ts";
import { startTestService, type TestService } from "../support/service.ts";
import { createStore, uploadText } from "../support/upload.ts";

let fake: FakeOpenAI;
let t: TestService;
beforeAll(async () => {
	fake = await startFakeOpenAI();
	t = await startTestService({ OPENAI_BASE_URL: fake.url, EMBEDDING_MODEL: "fake-embedding" });
});
afterAll(async () => {
	await t.stop();
	await fake.stop();
});

/** Two subjects that share no word but the article; the fake's embeddings are bags of words. */
const BREAD = [
	"The baker kneads dough with flour and water.",
	"Flour and water make the dough that the baker kneads.",
	"The dough of flour and water rises while the baker kneads.",
	"With water the baker kneads flour into dough.",
	"The baker kneads dough; flour and water make it.",
].join(" ");
const STARS = [
	"Telescopes show distant galaxies, stars beyond counting.",
	"Distant stars in galaxies show up in telescopes.",
	"Galaxies hold stars that telescopes show though distant.",
	"Stars, distant galaxies: telescopes show them.",
	"Telescopes show galaxies of distant stars.",
].join(" ");
const TEXT = `${BREAD} ${STARS}`;

type Chunk = { text: string; start: number; end: number; tokens: number };

async function preview(text: string, semantic: object): Promise<Chunk[]> {
	const id = await uploadText(t.client, "two.txt", text);
	const sent = await sendJson(t.url, "POST", `/v1/files/${id}/chunk_preview`, {
		chunking_strategy: { type: "semantic", semantic },
		limit: 1000,
	});
	expect(sent.status, JSON.stringify(sent.body)).toBe(200);
	return sent.body.data as Chunk[];
}

test("a paragraph of two subjects is cut where the subject changes", async () => {
	const chunks = await preview(TEXT, {});
	expect(chunks.map(({ start, end }) => [start, end])).toEqual([
		[0, BREAD.length],
		[BREAD.length + 1, TEXT.length],
	]);
	expect(chunks.map(({ text }) => text)).toEqual([BREAD, STARS]);
});

test("a subject longer than the maximum is cut at sentence ends, and also where it changes", async () => {
	const chunks = await preview(TEXT, { max_tokens: 50 });
	expect(chunks.length).toBeGreaterThan(2);
	for (const { text, start, end, tokens } of chunks) {
		expect(TEXT.slice(start, end)).toBe(text);
		expect(text).toMatch(/\.$/);
		expect(tokens).toBe(countTokens(text));
		expect(tokens).toBeLessThanOrEqual(50);
	}
	expect(chunks.map(({ text }) => text).join(" ")).toBe(TEXT);
	expect(chunks.map(({ start }) => start)).toContain(BREAD.length + 1);
});

test("a store chunks by meaning, and finds each subject in its chunk", async () => {
	const chunking_strategy = { type: "semantic" } as never;
	const { id } = await createStore(t.client, { "two.txt": TEXT }, { chunking_strategy });
	const { data } = await t.client.vectorStores.search(id, { query: "telescopes and galaxies" });
	expect(data[0]?.content[0]?.text).toBe(STARS);
	const bread = await t.client.vectorStores.search(id, { query: "baker and dough" });
	expect(bread.data[0]?.content[0]?.text).toBe(BREAD);
});
