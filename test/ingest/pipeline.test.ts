import { afterAll, beforeAll, expect, test } from "vitest";
import { countTokens } from "../../src/models/tokens.ts";
import { startFakeOpenAI } from "../support/fake-openai.ts";
import { countChunks, indexOf, statisticsOf, untilSettled } from "../support/index-state.ts";
import { startTestService, type TestService } from "../support/service.ts";
import { until } from "../support/until.ts";
import { createStore, untilEnded, uploadText } from "../support/upload.ts";

let fake: Awaited<ReturnType<typeof startFakeOpenAI>>;
let t: TestService;
beforeAll(async () => {
	fake = await startFakeOpenAI();
	t = await startTestService({ OPENAI_BASE_URL: fake.url, EMBEDDING_MODEL: "fake-embedding" });
});
afterAll(async () => {
	fake.setPaused(false);
	await t.stop();
	await fake.stop();
});

const lines = (count: number, text = "Line") =>
	Array.from({ length: count }, (_, i) => `${text} ${i + 1}.`).join("\n\n");
const csv = (rows: number) =>
	`city,people\n${Array.from({ length: rows }, (_, i) => `City${i + 1},${(i * 37) % 1000}`).join("\n")}\n`;
const settings = (size: number) => ({
	type: "static" as const,
	static: { max_chunk_size_tokens: size, chunk_overlap_tokens: 0 },
});

async function rowsOf<Row extends object>(sql: string, values: unknown[]): Promise<Row[]> {
	return (await t.service.db.query<Row & Record<string, unknown>>(sql, values)).rows;
}

/** The text of each live chunk of a file, in order. */
async function liveTexts(storeId: string, fileId: string): Promise<string[]> {
	const { id } = await indexOf(t.service.db, storeId);
	const rows = await rowsOf<{ text: string }>(
		`SELECT c.text FROM chunks c JOIN index_files f ON f.index_id = c.index_id AND f.file_id = c.file_id
			AND f.live_revision = c.revision WHERE c.index_id = $1 AND c.file_id = $2 ORDER BY c.ordinal`,
		[id, fileId],
	);
	return rows.map((row) => row.text);
}

/** Every chunk lies there once, is live, and the statistics are those of the chunks. */
async function expectClean(storeId: string): Promise<void> {
	const { id } = await indexOf(t.service.db, storeId);
	await untilSettled(t.service.db, id);
	const { live, all } = await countChunks(t.service.db, id);
	expect(all).toBe(live);
	const { kept, counted } = await statisticsOf(t.service.db, id);
	expect(kept).toEqual(counted);
}

test("a stored chunk is the document's slice, and its vector is of that where no title or heading stands above it", async () => {
	fake.requests.length = 0;
	const store = await createStore(t.client, { "lines.txt": lines(200) });
	const fileId = store.fileIds["lines.txt"] as string;
	const [document] = await rowsOf<{ text: string }>(
		`SELECT string_agg(p.text, '' ORDER BY p.ordinal) AS text FROM document_parts p
		 JOIN files f ON f.document_id = p.document_id WHERE f.id = $1`,
		[fileId],
	);
	const chunks = await rowsOf<{ start: number; end: number; text: string; context: string }>(
		`SELECT start_offset AS start, end_offset AS "end", text, context FROM chunks WHERE file_id = $1 ORDER BY ordinal`,
		[fileId],
	);
	expect(chunks.length).toBeGreaterThan(5);
	for (const { start, end, text } of chunks) expect(document?.text.slice(start, end)).toBe(text);
	expect(fake.requests.flatMap(({ body }) => body.input)).toEqual(chunks.map((c) => c.text));
	await expectClean(store.id);
});

test("embedding requests hold at most 96 texts, in order, and the model that is configured", async () => {
	fake.requests.length = 0;
	const store = await createStore(
		t.client,
		{ "many.csv": csv(500) },
		{ chunking_strategy: { type: "rows", rows: { max_rows: 2 } } as never },
	);
	const sizes = fake.requests.map(({ body }) => (body.input as string[]).length);
	expect(sizes).toEqual([96, 96, 58]);
	for (const { path, body } of fake.requests) {
		expect([path, body.model, body.encoding_format]).toEqual(["/v1/embeddings", "fake-embedding", "base64"]);
	}
	await expectClean(store.id);
});

test("embedding requests hold at most 30,000 tokens", async () => {
	fake.requests.length = 0;
	const store = await createStore(t.client, { "large.txt": lines(9000) }, { chunking_strategy: settings(4000) });
	const sizes = fake.requests.map(({ body }) => countTokens((body.input as string[]).join("\n")));
	expect(sizes.length).toBeGreaterThan(1);
	for (const size of sizes) expect(size).toBeLessThanOrEqual(30_000);
	await t.client.vectorStores.delete(store.id);
});

test("what the worker is at can be seen while it is at it", async () => {
	fake.setPaused(true);
	const store = await t.client.vectorStores.create({});
	const fileId = await uploadText(t.client, "slow.txt", lines(50));
	await t.client.vectorStores.files.create(store.id, { file_id: fileId });
	const seen = await until("the index stage", async () => {
		const file = await t.client.vectorStores.files.retrieve(fileId, { vector_store_id: store.id });
		expect(file.status).toBe("in_progress");
		return (file as unknown as { stage: string }).stage === "index" && file;
	});
	expect(seen).toMatchObject({ stage: "index", progress: { done: 0, of: expect.any(Number), unit: "characters" } });
	const [document] = await rowsOf<{ length: number }>("SELECT length FROM documents WHERE file_id = $1", [fileId]);
	expect(seen).toMatchObject({ progress: { of: document?.length } });
	expect((await t.client.vectorStores.retrieve(store.id)).status).toBe("in_progress");
	fake.setPaused(false);
	expect(await untilEnded(t.client, store.id, fileId)).toMatchObject({
		status: "completed",
		stage: null,
		progress: null,
	});
});

test("nothing of a file is found before all of it is there", async () => {
	fake.setPaused(true);
	const store = await t.client.vectorStores.create({});
	const fileId = await uploadText(t.client, "unseen.txt", lines(50, "Unseen"));
	await t.client.vectorStores.files.create(store.id, { file_id: fileId });
	const before = fake.requests.length;
	await until("an embedding request", () => fake.requests.length > before);
	expect(await liveTexts(store.id, fileId)).toEqual([]);
	fake.setPaused(false);
	await untilEnded(t.client, store.id, fileId);
	expect((await liveTexts(store.id, fileId)).length).toBeGreaterThan(1);
});

test("a file in two stores is parsed once", async () => {
	const fileId = await uploadText(t.client, "shared.txt", lines(40));
	const stores = await Promise.all([t.client.vectorStores.create({}), t.client.vectorStores.create({})]);
	for (const { id } of stores) {
		await t.client.vectorStores.files.create(id, { file_id: fileId });
	}
	for (const { id } of stores) expect(await untilEnded(t.client, id, fileId)).toMatchObject({ status: "completed" });
	const third = await t.client.vectorStores.create({ file_ids: [fileId] });
	expect(await untilEnded(t.client, third.id, fileId)).toMatchObject({ status: "completed" });
	expect(await rowsOf("SELECT id FROM documents WHERE file_id = $1", [fileId])).toHaveLength(1);
	const [a, b, c] = await Promise.all([...stores, third].map(({ id }) => liveTexts(id, fileId)));
	expect(a?.length).toBeGreaterThan(1);
	expect([b, c]).toEqual([a, a]);
});

test("attaching again with other settings replaces the chunks, and the old ones go", async () => {
	const store = await createStore(t.client, { "again.txt": lines(300) });
	const fileId = store.fileIds["again.txt"] as string;
	const before = await liveTexts(store.id, fileId);
	await t.client.vectorStores.files.create(store.id, { file_id: fileId, chunking_strategy: settings(1000) });
	await untilEnded(t.client, store.id, fileId);
	const after = await liveTexts(store.id, fileId);
	expect(after.length).toBeLessThan(before.length / 3);
	expect(after.join("\n\n")).toBe(before.join("\n\n"));
	await expectClean(store.id);
});

test("until it is ingested anew, a file attached again is found as it was", async () => {
	const store = await createStore(t.client, { "kept.txt": lines(100) });
	const fileId = store.fileIds["kept.txt"] as string;
	const before = await liveTexts(store.id, fileId);
	fake.setPaused(true);
	await t.client.vectorStores.files.create(store.id, { file_id: fileId, chunking_strategy: settings(1000) });
	const asked = fake.requests.length;
	await until("an embedding request", () => fake.requests.length > asked);
	expect(await liveTexts(store.id, fileId)).toEqual(before);
	fake.setPaused(false);
	await untilEnded(t.client, store.id, fileId);
	expect((await liveTexts(store.id, fileId)).length).toBeLessThan(before.length);
});

test("attached again many times in a row, the last settings win and nothing is there twice", async () => {
	const store = await t.client.vectorStores.create({});
	const fileId = await uploadText(t.client, "hurry.txt", lines(200));
	for (const size of [100, 200, 300, 400, 1000]) {
		await t.client.vectorStores.files.create(store.id, { file_id: fileId, chunking_strategy: settings(size) });
	}
	expect(await untilEnded(t.client, store.id, fileId)).toMatchObject({ status: "completed" });
	expect((await liveTexts(store.id, fileId)).length).toBe(1);
	await expectClean(store.id);
});

test("taken out and attached again at once, before anything was swept", async () => {
	const store = await createStore(t.client, { "inout.txt": lines(200) });
	const fileId = store.fileIds["inout.txt"] as string;
	const before = await liveTexts(store.id, fileId);
	await t.client.vectorStores.files.delete(fileId, { vector_store_id: store.id });
	await t.client.vectorStores.files.create(store.id, { file_id: fileId });
	expect(await untilEnded(t.client, store.id, fileId)).toMatchObject({ status: "completed", last_error: null });
	expect(await liveTexts(store.id, fileId)).toEqual(before);
	const retried = await rowsOf("SELECT FROM pgboss.job WHERE name = 'ingest-file' AND retry_count > 0", []);
	expect(retried).toEqual([]);
	await expectClean(store.id);
});

test("what a file left behind goes when it is taken out, and when it is deleted", async () => {
	const store = await createStore(t.client, {
		"a.txt": lines(50, "Apple"),
		"b.txt": lines(50, "Pear"),
		"c.txt": lines(50, "Plum"),
	});
	await t.client.vectorStores.files.delete(store.fileIds["a.txt"] as string, { vector_store_id: store.id });
	await t.client.files.delete(store.fileIds["b.txt"] as string);
	await expectClean(store.id);
	const { id } = await indexOf(t.service.db, store.id);
	const { kept } = await statisticsOf(t.service.db, id);
	expect(Object.keys(kept.df)).toContain("plum");
	expect(Object.keys(kept.df)).not.toContain("appl");
	expect(Object.keys(kept.df)).not.toContain("pear");
	expect(await rowsOf("SELECT FROM documents WHERE file_id = $1", [store.fileIds["b.txt"]])).toEqual([]);
});

test("several files at once all arrive whole", async () => {
	const store = await t.client.vectorStores.create({});
	const names = Array.from({ length: 12 }, (_, i) => `file${i}.txt`);
	const ids = await Promise.all(names.map((name, i) => uploadText(t.client, name, lines(40 + i, `Shared word${i}`))));
	const batch = await t.client.vectorStores.fileBatches.createAndPoll(
		store.id,
		{ file_ids: ids },
		{ pollIntervalMs: 50 },
	);
	expect(batch).toMatchObject({ status: "completed", file_counts: { completed: 12, total: 12, failed: 0 } });
	for (const [i, id] of ids.entries())
		expect((await liveTexts(store.id, id)).join("\n\n")).toBe(lines(40 + i, `Shared word${i}`));
	await expectClean(store.id);
});
