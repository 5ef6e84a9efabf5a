import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import OpenAI from "openai";
import type { VectorStoreFile } from "openai/resources/vector-stores/files";
import { afterAll, beforeAll, expect, test } from "vitest";
import { settle } from "../../ingest/settle.ts";
import type { Database } from "../../src/db/database.ts";
import { openDatabase } from "../../src/db/open.ts";
import { type CliProcess, startServe } from "../support/cli.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { type FakeOpenAI, startFakeOpenAI } from "../support/fake-openai.ts";
import { countChunks, indexOf, statisticsOf } from "../support/index-state.ts";
import { until } from "../support/until.ts";
import { uploadText } from "../support/upload.ts";

/**
 * One `kill -9` with everything under way at once: two files whose chunks are being embedded and written, a large one
 * that is being parsed, and one that was accepted a moment ago. Then the same data directory or database again.
 *
 * On Postgres a dead worker's jobs go to others once it has been silent for ten seconds, and were looked for.
 */
const RECOVERY_MS = 60_000;

const table = (name: string, rows: number) =>
	`city,people\n${Array.from({ length: rows }, (_, i) => `${name}${i + 1},${(i * 37) % 1000}`).join("\n")}\n`;
const TEXTS = {
	"oslo.csv": table("Oslo", 400),
	"rome.csv": table("Rome", 400),
	"towns.csv": table("Town", 30_000),
	"wombat.txt": "A wombat digs at night.",
};
type Name = keyof typeof TEXTS;
const NAMES = Object.keys(TEXTS) as Name[];
const ONE_ROW = { type: "rows", rows: { max_rows: 1 } } as never;
const LARGE = { type: "static" as const, static: { max_chunk_size_tokens: 4096, chunk_overlap_tokens: 0 } };

let fake: FakeOpenAI;
let database: TestDatabase;
let server: CliProcess;
let client: OpenAI;
let db: Database | undefined;
const fileIds: Partial<Record<Name, string>> = {};
let stores: { cities: string; wombats: string };
const ended = new Map<string, VectorStoreFile>();

const idOf = (name: Name) => fileIds[name] as string;
const storeOf = (name: Name) => (name === "wombat.txt" ? stores.wombats : stores.cities);

async function start(): Promise<void> {
	const started = await startServe({
		...database.settings,
		OPENAI_BASE_URL: fake.url,
		EMBEDDING_MODEL: "fake-embedding",
		EMBEDDING_CONCURRENCY: "1",
		WORKER_CONCURRENCY: "3",
	});
	server = started.process;
	client = new OpenAI({ baseURL: `${started.url}/v1`, apiKey: "none", maxRetries: 0 });
}

async function upload(name: Name): Promise<string> {
	const id = await uploadText(client, name, TEXTS[name]);
	fileIds[name] = id;
	return id;
}

beforeAll(async () => {
	fake = await startFakeOpenAI();
	database = await createTestDatabase();
	await start();

	const cities = (await client.vectorStores.create({})).id;
	// Each needs five requests: whoever gets the three that are answered, neither can end.
	fake.setPaused(true, 3);
	const file_ids = [await upload("oslo.csv"), await upload("rome.csv")];
	await client.vectorStores.fileBatches.create(cities, { file_ids, chunking_strategy: ONE_ROW });
	await until("both to wait for their next chunks' vectors", () => fake.requests.length === 5);
	const file_id = await upload("towns.csv");
	await client.vectorStores.files.create(cities, { file_id, chunking_strategy: LARGE });
	await until("some of the large one to be parsed", async () => {
		const file = await client.vectorStores.files.retrieve(file_id, { vector_store_id: cities });
		const { stage, progress } = file as unknown as { stage: string | null; progress: { done: number } | null };
		return stage === "index" || (stage === "parse" && progress !== null && progress.done > 0);
	});
	stores = { cities, wombats: (await client.vectorStores.create({ file_ids: [await upload("wombat.txt")] })).id };
	await server.end("SIGKILL");
	fake.setPaused(false);

	await start();
	for (const name of NAMES) {
		const end = async () => {
			const file = await client.vectorStores.files.retrieve(idOf(name), { vector_store_id: storeOf(name) });
			return file.status !== "in_progress" && file;
		};
		ended.set(name, await until(`${name} to end`, end, RECOVERY_MS));
	}
	expect((await server.end("SIGTERM")).code).toBe(0);
	db = await openDatabase(database.settings);
}, 120_000);

afterAll(async () => {
	await db?.close();
	await server?.end("SIGKILL");
	await fake.stop();
	await database.remove();
});

/** The rows and chunks of a file that a search would find. */
async function liveChunks(name: Name): Promise<{ text: string; location: { row_start?: number } }[]> {
	const { rows } = await (db as Database).query<{ text: string; location: { row_start?: number } }>(
		`SELECT c.text, c.location FROM chunks c
		 JOIN index_files f ON f.index_id = c.index_id AND f.file_id = c.file_id AND f.live_revision = c.revision
		 WHERE c.file_id = $1 ORDER BY c.ordinal`,
		[idOf(name)],
	);
	return rows;
}

test.each(NAMES)("%s is there as it was uploaded", async (name) => {
	const id = idOf(name);
	const stored = await readFile(join(database.settings.DATA_DIR, "blobs", id.slice(-2), id));
	expect(stored.toString()).toBe(TEXTS[name]);
	const { rows } = await (db as Database).query("SELECT filename, bytes, sha256 FROM files WHERE id = $1", [id]);
	const sha256 = createHash("sha256").update(TEXTS[name]).digest("hex");
	expect(rows).toEqual([{ filename: name, bytes: TEXTS[name].length, sha256 }]);
});

test.each(NAMES)("%s completes by itself", (name) => {
	expect(ended.get(name)).toMatchObject({ status: "completed", last_error: null });
});

test.each(NAMES)("%s has one document", async (name) => {
	const { rows } = await (db as Database).query("SELECT FROM documents WHERE file_id = $1", [idOf(name)]);
	expect(rows).toHaveLength(1);
});

test.each(["oslo.csv", "rome.csv"] as const)("each row of %s is in one chunk", async (name) => {
	const rows = (await liveChunks(name)).map((chunk) => chunk.location.row_start);
	expect(rows).toEqual(Array.from({ length: 400 }, (_, i) => i + 1));
});

test("no row of the large file is missing, and none is there twice", async () => {
	const text = (await liveChunks("towns.csv")).map((chunk) => chunk.text).join("\n");
	const towns = [...text.matchAll(/^city: Town(\d+); people: \d+$/gm)].map((match) => Number(match[1]));
	expect(towns).toEqual(Array.from({ length: 30_000 }, (_, i) => i + 1));
});

test("what the dead worker had written besides is swept, and the statistics are exact", async () => {
	for (const storeId of Object.values(stores)) {
		const index = await indexOf(db as Database, storeId);
		// The job that does it may not have run yet when the server was stopped.
		await settle(db as Database, index.id, AbortSignal.timeout(20_000));
		const { live, all } = await countChunks(db as Database, index.id);
		expect(all).toBe(live);
		const { kept, counted } = await statisticsOf(db as Database, index.id);
		expect(kept).toEqual(counted);
	}
});
