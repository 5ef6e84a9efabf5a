import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { startFakeOpenAI } from "../support/fake-openai.ts";
import { countChunks, hurrySettling, indexOf, statisticsOf, untilSettled } from "../support/index-state.ts";
import { startTestService, type TestService } from "../support/service.ts";
import { until } from "../support/until.ts";
import { untilEnded, uploadText } from "../support/upload.ts";

let fake: Awaited<ReturnType<typeof startFakeOpenAI>>;
let t: TestService;
beforeAll(async () => {
	fake = await startFakeOpenAI();
	t = await startTestService({
		OPENAI_BASE_URL: fake.url,
		EMBEDDING_MODEL: "fake-embedding",
		EMBEDDING_CONCURRENCY: "1",
		WORKER_CONCURRENCY: "1",
	});
});
beforeEach(() => {
	fake.requests.length = 0;
	fake.setPaused(false);
});
afterAll(async () => {
	fake.setPaused(false);
	await t.stop();
	await fake.stop();
});

let tables = 0;
/** Enough rows for several embedding requests, which no test has had embedded yet. */
function table(): string {
	tables++;
	return `city,people\n${Array.from({ length: 400 }, (_, i) => `City${i + 1},${tables}${(i * 37) % 1000}`).join("\n")}\n`;
}
const ONE_ROW = { type: "rows", rows: { max_rows: 1 } } as never;

/** A file whose first chunks are written and whose next ones wait for the embedding server. */
async function startIngestion(options: { batch: boolean }) {
	const store = await t.client.vectorStores.create({});
	const fileId = await uploadText(t.client, "cities.csv", table());
	fake.setPaused(true, 1);
	const batch = options.batch
		? await t.client.vectorStores.fileBatches.create(store.id, { file_ids: [fileId], chunking_strategy: ONE_ROW })
		: await t.client.vectorStores.files.create(store.id, { file_id: fileId, chunking_strategy: ONE_ROW });
	const index = await indexOf(t.service.db, store.id);
	await until("the first chunks", async () => (await countChunks(t.service.db, index.id)).all > 0);
	return { storeId: store.id, fileId, index, batchId: batch.id };
}

/** What the tables hold of an index and its chunks. */
async function tracesOf(storeId: string, indexId: number) {
	const count = async (sql: string, value: unknown) => (await t.service.db.query(sql, [value])).rows.length;
	return {
		indexes: await count("SELECT FROM indexes WHERE vector_store_id = $1", storeId),
		chunks: await count("SELECT FROM chunks WHERE index_id = $1", indexId),
		terms: await count("SELECT FROM index_terms WHERE index_id = $1 AND df <> 0", indexId),
		places: await count("SELECT FROM index_files WHERE index_id = $1", indexId),
	};
}

const untilGone = (storeId: string, indexId: number, indexes: number) =>
	until("all traces to go", async () => {
		await hurrySettling(t.service.db);
		const traces = await tracesOf(storeId, indexId);
		return traces.indexes === indexes && traces.chunks + traces.terms + traces.places === 0;
	});

test("a batch that is cancelled stops its files where they are, and leaves nothing", async () => {
	const { storeId, fileId, index, batchId } = await startIngestion({ batch: true });
	const cancelled = await t.client.vectorStores.fileBatches.cancel(batchId, { vector_store_id: storeId });
	expect(cancelled).toMatchObject({ status: "cancelled", file_counts: { cancelled: 1, in_progress: 0 } });
	// Still paused: the request under way is given up, not waited for.
	await until("the request to be abandoned", () => fake.requests.at(-1)?.abandoned);
	await untilGone(storeId, index.id, 1);
	expect(fake.requests.length).toBeLessThan(5);
	fake.setPaused(false);
	expect(await statisticsOf(t.service.db, index.id)).toMatchObject({
		kept: { chunk_count: 0, length_total: 0, df: {} },
	});
	const file = await t.client.vectorStores.files.retrieve(fileId, { vector_store_id: storeId });
	expect(file).toMatchObject({ status: "cancelled", stage: null });
	expect((await t.client.vectorStores.search(storeId, { query: "City1" })).data).toEqual([]);
});

test("a file that was cancelled can be attached again at once", async () => {
	const { storeId, fileId, index, batchId } = await startIngestion({ batch: true });
	await t.client.vectorStores.fileBatches.cancel(batchId, { vector_store_id: storeId });
	await t.client.vectorStores.files.create(storeId, { file_id: fileId, chunking_strategy: ONE_ROW });
	fake.setPaused(false);
	expect(await untilEnded(t.client, storeId, fileId)).toMatchObject({ status: "completed" });
	await untilSettled(t.service.db, index.id);
	expect(await countChunks(t.service.db, index.id)).toEqual({ live: 400, all: 400 });
	const { kept, counted } = await statisticsOf(t.service.db, index.id);
	expect(kept).toEqual(counted);
});

test("a store that is deleted in mid-ingestion leaves nothing behind", async () => {
	const { storeId, index } = await startIngestion({ batch: false });
	await t.client.vectorStores.delete(storeId);
	fake.setPaused(false);
	await untilGone(storeId, index.id, 0);
});

test("a file that is deleted in mid-ingestion leaves nothing behind", async () => {
	const { storeId, fileId, index } = await startIngestion({ batch: false });
	await t.client.files.delete(fileId);
	fake.setPaused(false);
	await untilGone(storeId, index.id, 1);
	const { rows } = await t.service.db.query("SELECT FROM documents WHERE file_id = $1", [fileId]);
	expect(rows).toEqual([]);
});

/** Takes the Markdown parser minutes, in which it says nothing. */
const SLOW = `${"*a_".repeat(60_000)}\n`;

test.each([
	[
		"cancelled",
		(storeId: string, batchId: string) =>
			t.client.vectorStores.fileBatches.cancel(batchId, { vector_store_id: storeId }),
	],
	[
		"removed from its store",
		(storeId: string, _: string, fileId: string) =>
			t.client.vectorStores.files.delete(fileId, { vector_store_id: storeId }),
	],
	["deleted", (_: string, __: string, fileId: string) => t.client.files.delete(fileId)],
])("a file that is %s while the parser works on it ends the parser, and the only worker goes on", async (_, end) => {
	const store = await t.client.vectorStores.create({});
	const fileId = await uploadText(t.client, "slow.md", SLOW);
	const batch = await t.client.vectorStores.fileBatches.create(store.id, { file_ids: [fileId] });
	await until("the parser to begin", async () => {
		const { rowCount } = await t.service.db.query("SELECT FROM documents WHERE file_id = $1", [fileId]);
		return rowCount === 1;
	});
	await end(store.id, batch.id, fileId);
	const next = await uploadText(t.client, "next.txt", "A wombat digs at night.");
	await t.client.vectorStores.files.create(store.id, { file_id: next });
	expect(await untilEnded(t.client, store.id, next)).toMatchObject({ status: "completed" });
	const { rows } = await t.service.db.query(
		"SELECT FROM documents d JOIN files f ON f.id = d.file_id WHERE f.id = $1 AND f.document_id IS NOT NULL",
		[fileId],
	);
	expect(rows).toEqual([]);
});

test("a file attached again in mid-ingestion is cut as it was last asked for, once", async () => {
	const { storeId, fileId, index } = await startIngestion({ batch: false });
	await t.client.vectorStores.files.create(storeId, {
		file_id: fileId,
		chunking_strategy: { type: "rows", rows: { max_rows: 100 } } as never,
	});
	fake.setPaused(false);
	expect(await untilEnded(t.client, storeId, fileId)).toMatchObject({ status: "completed" });
	await untilSettled(t.service.db, index.id);
	const { live, all } = await countChunks(t.service.db, index.id);
	expect(live).toBeLessThan(20);
	expect(all).toBe(live);
});

test("chunks that a dead worker left of what was cancelled meanwhile go with the job's next attempt", async () => {
	const { db } = t.service;
	const { storeId, fileId, index, batchId } = await startIngestion({ batch: true });
	await t.client.vectorStores.fileBatches.cancel(batchId, { vector_store_id: storeId });
	fake.setPaused(false);
	await untilGone(storeId, index.id, 1);
	// As the kill would have left it: a revision that nobody finishes, and its job.
	await db.query(
		`INSERT INTO index_files (index_id, file_id, document_id, building_revision)
		 SELECT $1, id, 'document', nextval('revisions') FROM files WHERE id = $2`,
		[index.id, fileId],
	);
	await db.query(
		`WITH chunk AS (
			INSERT INTO chunks (index_id, file_id, revision, ordinal, start_offset, end_offset, text, context, tokens, location)
			SELECT index_id, file_id, building_revision, 0, 0, 1, 'x', '', 1, '{}' FROM index_files WHERE index_id = $1
			RETURNING index_id, id, revision
		 )
		 INSERT INTO chunk_terms (index_id, id, revision, language, lexemes, length, weights)
		 SELECT index_id, id, revision, 'english', 'x:1', 1, '{1:1}/1000000000' FROM chunk`,
		[index.id],
	);
	await db.query(
		`UPDATE pgboss.job SET state = 'created', completed_on = NULL
		 WHERE name = 'ingest-file' AND data ->> 'file_id' = $1`,
		[fileId],
	);
	await untilGone(storeId, index.id, 1);
});
