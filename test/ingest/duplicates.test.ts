import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { startFakeOpenAI } from "../support/fake-openai.ts";
import { countChunks, indexOf, untilSettled } from "../support/index-state.ts";
import { startTestService, type TestService } from "../support/service.ts";
import { until } from "../support/until.ts";
import { untilEnded, uploadText } from "../support/upload.ts";

/** Embedding costs money: no text that a project has had embedded with a model is sent again with its file. */

let fake: Awaited<ReturnType<typeof startFakeOpenAI>>;
let t: TestService;
beforeAll(async () => {
	fake = await startFakeOpenAI();
	t = await startTestService({ OPENAI_BASE_URL: fake.url, EMBEDDING_MODEL: "fake-embedding" });
});
beforeEach(() => {
	fake.requests.length = 0;
	fake.setPaused(false);
});
afterAll(async () => {
	await t.stop();
	await fake.stop();
});

const ONE_ROW = { type: "rows", rows: { max_rows: 1 } } as never;
const sent = () => fake.requests.flatMap(({ path, body }) => (path.endsWith("/embeddings") ? [body.input].flat() : []));

let tables = 0;
/** 300 rows, more than two requests hold, which no test has had embedded yet. */
function table(): string {
	tables++;
	return `city,people\n${Array.from({ length: 300 }, (_, i) => `Town${i + 1},${tables * 1000 + i}`).join("\n")}\n`;
}

async function attach(storeId: string, fileId: string): Promise<void> {
	await t.client.vectorStores.files.create(storeId, { file_id: fileId, chunking_strategy: ONE_ROW });
	expect(await untilEnded(t.client, storeId, fileId)).toMatchObject({ status: "completed" });
}

/** A store whose one file's rows were sent, each once, and forgotten by the fake. */
async function storeOf(text: string): Promise<{ storeId: string; fileId: string }> {
	const { id: storeId } = await t.client.vectorStores.create({});
	const fileId = await uploadText(t.client, "cities.csv", text);
	await attach(storeId, fileId);
	expect(sent()).toHaveLength(300);
	expect(new Set(sent()).size).toBe(300);
	fake.requests.length = 0;
	return { storeId, fileId };
}

async function filesFound(storeId: string, query: string): Promise<string[]> {
	const found = await t.client.vectorStores.search(storeId, { query, max_num_results: 2 });
	fake.requests.length = 0;
	return found.data.map((hit) => hit.filename).sort();
}

test("the same bytes under another name are found under both, and sent once", async () => {
	const text = table();
	const { storeId } = await storeOf(text);
	await attach(storeId, await uploadText(t.client, "towns.csv", text));
	expect(sent()).toEqual([]);
	expect(await filesFound(storeId, "Town77")).toEqual(["cities.csv", "towns.csv"]);
	const { id } = await indexOf(t.service.db, storeId);
	expect(await countChunks(t.service.db, id)).toEqual({ live: 600, all: 600 });
});

test("a file of a second store takes its vectors from the first, and is found there by meaning", async () => {
	const { fileId } = await storeOf(table());
	const second = await t.client.vectorStores.create({});
	await attach(second.id, fileId);
	expect(sent()).toEqual([]);
	const found = await t.client.vectorStores.search(second.id, { query: "Town42", max_num_results: 1 });
	expect(found.data).toMatchObject([{ filename: "cities.csv", scores: { dense: expect.any(Number) } }]);
});

test("the same bytes uploaded into a second store are not sent there either", async () => {
	const text = table();
	await storeOf(text);
	const second = await t.client.vectorStores.create({});
	await attach(second.id, await uploadText(t.client, "other.csv", text));
	expect(sent()).toEqual([]);
	expect(await filesFound(second.id, "Town7")).toContain("other.csv");
});

test("a file that is attached again keeps its vectors, also after what it replaced was swept", async () => {
	const { storeId, fileId } = await storeOf(table());
	const { id } = await indexOf(t.service.db, storeId);
	for (let again = 0; again < 2; again++) {
		await attach(storeId, fileId);
		await untilSettled(t.service.db, id);
	}
	expect(sent()).toEqual([]);
	expect(await countChunks(t.service.db, id)).toEqual({ live: 300, all: 300 });
});

test("of a file that was changed only what is new is sent", async () => {
	const text = table();
	const { storeId } = await storeOf(text);
	await attach(storeId, await uploadText(t.client, "cities.csv", text.replace(/^Town77,/m, "Port77,")));
	expect(sent()).toEqual([expect.stringContaining("Port77")]);
});

test("a row that stands in a file many times is sent once, however many requests are under way", async () => {
	const row = `Twin,${++tables * 1000}\n`;
	const { id: storeId } = await t.client.vectorStores.create({});
	const fileId = await uploadText(t.client, "twins.csv", `city,people\n${row.repeat(600)}`);
	fake.setPaused(true);
	await t.client.vectorStores.files.create(storeId, { file_id: fileId, chunking_strategy: ONE_ROW });
	await until("the first request", () => fake.requests.length > 0);
	// Time for the batches behind it to be sent as well, where they would be.
	await new Promise((resolve) => setTimeout(resolve, 300));
	fake.setPaused(false);
	expect(await untilEnded(t.client, storeId, fileId)).toMatchObject({ status: "completed" });
	expect(sent()).toHaveLength(1);
	const { id } = await indexOf(t.service.db, storeId);
	expect(await countChunks(t.service.db, id)).toEqual({ live: 600, all: 600 });
});

test("vectors of another model are not taken", async () => {
	const text = table();
	const { storeId } = await storeOf(text);
	await t.service.db.query("UPDATE indexes SET embedding_model = 'former' WHERE vector_store_id = $1", [storeId]);
	const second = await t.client.vectorStores.create({});
	await attach(second.id, await uploadText(t.client, "cities.csv", text));
	expect(sent()).toHaveLength(300);
});
