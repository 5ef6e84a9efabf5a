import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { startFakeOpenAI } from "../support/fake-openai.ts";
import { countChunks, indexOf, statisticsOf, untilSettled } from "../support/index-state.ts";
import { startTestService, type TestService } from "../support/service.ts";
import { until } from "../support/until.ts";
import { createStore, untilEnded, uploadText } from "../support/upload.ts";

let fake: Awaited<ReturnType<typeof startFakeOpenAI>>;
let t: TestService;
beforeAll(async () => {
	fake = await startFakeOpenAI();
	t = await startTestService({
		OPENAI_BASE_URL: fake.url,
		OPENAI_API_KEY: "sk-secret1234567890",
		EMBEDDING_MODEL: "fake-embedding",
	});
});
beforeEach(() => {
	fake.setDown(false);
	fake.setPaused(false);
	fake.setDimensions(64);
	fake.requests.length = 0;
});
afterAll(async () => {
	await t.stop();
	await fake.stop();
});

let paragraphs = 0;
/** A text that no test has had embedded yet: a vector that is known is not asked for again. */
const paragraph = () => `Paragraph ${++paragraphs}.`;

async function expectWhole(storeId: string, chunks: number): Promise<void> {
	const { id } = await indexOf(t.service.db, storeId);
	await untilSettled(t.service.db, id);
	expect(await countChunks(t.service.db, id)).toEqual({ live: chunks, all: chunks });
	const { kept, counted } = await statisticsOf(t.service.db, id);
	expect(kept).toEqual(counted);
}

test.each([429, 500, 503, 408])("a single %d from the embedding server is tried again at once", async (status) => {
	fake.failNext("/embeddings", { kind: "status", status, headers: { "retry-after-ms": "1" } });
	const store = await createStore(t.client, { "a.txt": paragraph() });
	const file = await t.client.vectorStores.files.retrieve(store.fileIds["a.txt"] as string, {
		vector_store_id: store.id,
	});
	expect(file.status).toBe("completed");
	expect(fake.requests).toHaveLength(2);
});

test("a server that refuses for longer is waited for, and the file says what it waits for", async () => {
	// Two attempts of three requests each: what shows between two attempts may be over before it is looked for.
	for (let i = 0; i < 6; i++) {
		fake.failNext("/embeddings", {
			kind: "status",
			status: 429,
			headers: { "retry-after-ms": "1" },
			message: "slow down",
		});
	}
	const store = await t.client.vectorStores.create({});
	const fileId = await uploadText(t.client, "a.txt", paragraph());
	await t.client.vectorStores.files.create(store.id, { file_id: fileId });
	const waiting = await until("the reason to show", async () => {
		const file = await t.client.vectorStores.files.retrieve(fileId, { vector_store_id: store.id });
		return (file as unknown as { stage: string }).stage === "waiting" && file;
	});
	expect(waiting).toMatchObject({
		status: "in_progress",
		last_error: null,
		progress: { unit: "attempts", waiting_for: expect.stringContaining("slow down") },
	});
	expect([1, 2]).toContain((waiting as unknown as { progress: { done: number } }).progress.done);
	expect(await untilEnded(t.client, store.id, fileId)).toMatchObject({ status: "completed", stage: null });
	await expectWhole(store.id, 1);
});

test("a server that is away is waited for; the file completes by itself when it is back", async () => {
	fake.setDown(true);
	const store = await t.client.vectorStores.create({});
	const fileId = await uploadText(t.client, "a.txt", paragraph());
	await t.client.vectorStores.files.create(store.id, { file_id: fileId });
	await until("the reason to show", async () => {
		const file = await t.client.vectorStores.files.retrieve(fileId, { vector_store_id: store.id });
		expect(file.status).toBe("in_progress");
		return /cannot be reached.*OPENAI_BASE_URL/.test(
			(file as unknown as { progress: { waiting_for?: string } | null }).progress?.waiting_for ?? "",
		);
	});
	fake.setDown(false);
	expect(await untilEnded(t.client, store.id, fileId)).toMatchObject({ status: "completed" });
	await expectWhole(store.id, 1);
});

test("even a server that never comes back ends the file one day, with the reason", async () => {
	fake.setDown(true);
	const store = await t.client.vectorStores.create({});
	const fileId = await uploadText(t.client, "a.txt", paragraph());
	await t.client.vectorStores.files.create(store.id, { file_id: fileId });
	await until("the job's last attempt", async () => {
		const { rowCount } = await t.service.db.query(
			`UPDATE pgboss.job SET retry_count = retry_limit - 1, start_after = now()
			 WHERE name = 'ingest-file' AND data ->> 'file_id' = $1 AND state = 'retry'`,
			[fileId],
		);
		return rowCount === 1;
	});
	expect(await untilEnded(t.client, store.id, fileId)).toMatchObject({
		status: "failed",
		last_error: { code: "server_error", message: expect.stringContaining("cannot be reached") },
	});
});

test("a request that the server calls wrong fails the file, with what it said but without keys", async () => {
	fake.failNext("/embeddings", { kind: "status", status: 400, message: "no such model for key sk-secret1234567890" });
	const store = await createStore(t.client, { "a.txt": paragraph() });
	const file = await t.client.vectorStores.files.retrieve(store.fileIds["a.txt"] as string, {
		vector_store_id: store.id,
	});
	expect(file).toMatchObject({
		status: "failed",
		last_error: { code: "server_error", message: expect.stringMatching(/no such model for key .*\[redacted\]/) },
	});
	expect(JSON.stringify(file)).not.toContain("secret");
	expect(fake.requests).toHaveLength(1);
});

test("vectors of another size than the index's fail the file and change nothing", async () => {
	const store = await createStore(t.client, { "a.txt": paragraph() });
	fake.setDimensions(32);
	const fileId = await uploadText(t.client, "b.txt", paragraph());
	await t.client.vectorStores.files.create(store.id, { file_id: fileId });
	expect(await untilEnded(t.client, store.id, fileId)).toMatchObject({
		status: "failed",
		last_error: { code: "server_error", message: expect.stringMatching(/32 and 64 dimensions.*EMBEDDING_MODEL/) },
	});
	await expectWhole(store.id, 1);
	const found = await t.client.vectorStores.search(store.id, { query: "paragraph" }).catch((error) => error);
	expect(found).not.toHaveProperty("data", []);
});

test("attempts that fail in mid-file do not pile up what they wrote, nor ask for its vectors again", async () => {
	const store = await t.client.vectorStores.create({});
	const paid = Array.from({ length: 96 }, () => `Paid ${paragraph()}`);
	const failing = Array.from({ length: 20 }, () => `Failing ${paragraph()}`);
	const fileId = await uploadText(t.client, "a.csv", `text\n${[...paid, ...failing].join("\n")}\n`);
	const requestsOf = (text: string) => fake.requests.filter(({ body }) => JSON.stringify(body.input).includes(text));
	// Each attempt takes long enough for the first batch to be written before the second fails.
	fake.setPaused(true, 1);
	await t.client.vectorStores.files.create(store.id, {
		file_id: fileId,
		chunking_strategy: { type: "rows", rows: { max_rows: 1 } } as never,
	});
	const { id } = await indexOf(t.service.db, store.id);
	for (const attempt of [1, 2]) {
		await until("the second batch to be asked for", () => requestsOf("Failing").length >= 3 * attempt - 2);
		await until("the first batch to be written", async () => {
			const { rowCount } = await t.service.db.query(
				`SELECT FROM chunks c JOIN index_files f
					ON f.index_id = c.index_id AND f.file_id = c.file_id AND f.building_revision = c.revision
				 WHERE c.index_id = $1`,
				[id],
			);
			return rowCount === 96;
		});
		for (let i = 0; i < 3; i++) {
			fake.failNext("/embeddings", { kind: "status", status: 503, headers: { "retry-after-ms": "1" } });
		}
		// The one that waits fails, and the client's two repetitions of it; the next attempt's waits.
		fake.setPaused(true, 2);
		await until("the attempt to fail", () => requestsOf("Failing").length >= 3 * attempt);
		await untilSettled(t.service.db, id);
		expect((await countChunks(t.service.db, id)).all).toBe(96);
	}
	fake.setPaused(false);
	expect(await untilEnded(t.client, store.id, fileId)).toMatchObject({ status: "completed" });
	expect(requestsOf("Paid")).toHaveLength(1);
	await expectWhole(store.id, 116);
});

test("a long document that waits for vectors does not keep previews of others waiting", async () => {
	const store = await t.client.vectorStores.create({});
	fake.setPaused(true);
	const attach = async (rows: string[]) => {
		const file_id = await uploadText(t.client, "long.csv", `text\n${rows.join("\n")}\n`);
		await t.client.vectorStores.files.create(store.id, { file_id });
		return file_id;
	};
	// As many as this machine parses at a time, at most the two that are ingested at a time.
	const long = Array.from({ length: 20_000 }, (_, i) => `Row ${i}: ${"a word or two ".repeat(5)}`);
	const fileIds = [await attach(long), await attach(long.toReversed())];
	await until("both to wait in the middle", async () => {
		const files = await t.client.vectorStores.files.list(store.id);
		const stages = files.data.map((file) => file as unknown as { stage: string; progress: { done: number } | null });
		return stages.every(({ stage, progress }) => stage === "parse" && (progress?.done ?? 0) > 0);
	});
	const short = await uploadText(t.client, "short.txt", "A wombat digs at night.");
	const preview = await t.client.post<{ data: { text: string }[] }>(`/files/${short}/chunk_preview`, { body: {} });
	expect(preview.data).toMatchObject([{ text: "A wombat digs at night." }]);
	for (const id of fileIds) await t.client.vectorStores.files.delete(id, { vector_store_id: store.id });
	fake.setPaused(false);
});

test("a failure in mid-file leaves no chunk of it, and the file is embedded again from the start", async () => {
	const table = `n\n${Array.from({ length: 300 }, (_, i) => i).join("\n")}\n`;
	const store = await t.client.vectorStores.create({});
	const fileId = await uploadText(t.client, "a.csv", table);
	fake.setPaused(true);
	await t.client.vectorStores.files.create(store.id, {
		file_id: fileId,
		chunking_strategy: { type: "rows", rows: { max_rows: 1 } } as never,
	});
	await until("the requests of all four batches", () => fake.requests.length === 4);
	fake.failNext("/embeddings", { kind: "status", status: 400, message: "no" });
	fake.setPaused(false);
	expect(await untilEnded(t.client, store.id, fileId)).toMatchObject({ status: "failed" });
	await expectWhole(store.id, 0);
	await t.client.vectorStores.files.create(store.id, { file_id: fileId });
	expect(await untilEnded(t.client, store.id, fileId)).toMatchObject({ status: "completed", last_error: null });
});
