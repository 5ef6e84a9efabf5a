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
 * Two times `kill -9`, and the same data directory or database again. The first finds two files with chunks that are
 * written and others that wait for the embedding server, one that is half read, and one that was accepted a moment ago. The second finds a file whose first chunks are written, and the next being so.
 *
 * On Postgres a dead worker's jobs go to others once it has been silent for ten seconds, and were looked for.
 */
const RECOVERY_MS = 120_000;

const table = (name: string, rows: number) =>
	`city,people\n${Array.from({ length: rows }, (_, i) => `${name}${i + 1},${(i * 37) % 1000}`).join("\n")}\n`;
const ROWS = { "oslo.csv": 400, "rome.csv": 400, "towns.csv": 16_000, "ports.csv": 3000 };
const TEXTS = {
	"oslo.csv": table("Oslo", ROWS["oslo.csv"]),
	"rome.csv": table("Rome", ROWS["rome.csv"]),
	"towns.csv": table("Town", ROWS["towns.csv"]),
	"ports.csv": table("Port", ROWS["ports.csv"]),
	"wombat.txt": "A wombat digs at night.",
};
type Name = keyof typeof TEXTS;
const NAMES = Object.keys(TEXTS) as Name[];
const TABLES = Object.keys(ROWS) as (keyof typeof ROWS)[];
const ONE_ROW = { type: "rows", rows: { max_rows: 1 } } as never;
const MANY_ROWS = { type: "rows", rows: { max_rows: 50 } } as never;

let fake: FakeOpenAI;
let database: TestDatabase;
let server: CliProcess;
let client: OpenAI;
let db: Database | undefined;
const fileIds: Partial<Record<Name, string>> = {};
const stores = { cities: "", ports: "", wombats: "" };
const ended = new Map<string, VectorStoreFile>();
/** What the dead had left, of each file, and how many requests for vectors there had been. */
type Left = { chunks: number; parts: number; whole: boolean; hashes: string[] };
const kills: { left: Map<string, Left>; requests: number }[] = [];

const idOf = (name: Name) => fileIds[name] as string;
const storeOf = (name: Name) =>
	name === "wombat.txt" ? stores.wombats : name === "ports.csv" ? stores.ports : stores.cities;
const leftOf = (kill: number, name: Name) => kills[kill]?.left.get(idOf(name)) as Left;

async function start(workers: number): Promise<void> {
	const started = await startServe({
		...database.settings,
		OPENAI_BASE_URL: fake.url,
		EMBEDDING_MODEL: "fake-embedding",
		EMBEDDING_CONCURRENCY: "1",
		WORKER_CONCURRENCY: String(workers),
	});
	server = started.process;
	client = new OpenAI({ baseURL: `${started.url}/v1`, apiKey: "none", maxRetries: 0 });
}

async function kill(): Promise<void> {
	await server.end("SIGKILL");
	const requests = fake.requests.length;
	fake.setPaused(false);
	const left = await openDatabase(database.settings);
	const { rows } = await left.query<Left & { id: string }>(
		`SELECT f.id, f.document_id IS NOT NULL AS whole,
			(SELECT count(*) FROM documents d JOIN document_parts p ON p.document_id = d.id WHERE d.file_id = f.id) AS parts,
			(SELECT count(*) FROM chunks c WHERE c.file_id = f.id) AS chunks,
			(SELECT coalesce(json_agg(encode(v.content_hash, 'hex')), '[]') FROM chunks c
			 JOIN chunk_vectors v ON v.index_id = c.index_id AND v.id = c.id WHERE c.file_id = f.id) AS hashes
		 FROM files f`,
	);
	await left.close();
	kills.push({ left: new Map(rows.map((row) => [row.id, row])), requests });
}

async function upload(name: Name): Promise<string> {
	const id = await uploadText(client, name, TEXTS[name]);
	fileIds[name] = id;
	return id;
}

async function stateOf(name: Name) {
	const file = await client.vectorStores.files.retrieve(idOf(name), { vector_store_id: storeOf(name) });
	return file as unknown as VectorStoreFile & { stage: string | null; progress: { done: number; of?: number } | null };
}

beforeAll(async () => {
	fake = await startFakeOpenAI();
	database = await createTestDatabase();
	await start(3);

	stores.cities = (await client.vectorStores.create({})).id;
	// Each needs five requests: whoever gets the three that are answered, neither can end.
	fake.setPaused(true, 3);
	const file_ids = [await upload("oslo.csv"), await upload("rome.csv")];
	await client.vectorStores.fileBatches.create(stores.cities, { file_ids, chunking_strategy: ONE_ROW });
	await until("both to wait for their next chunks' vectors", () => fake.requests.length === 5);
	const file_id = await upload("towns.csv");
	await client.vectorStores.files.create(stores.cities, { file_id, chunking_strategy: MANY_ROWS });
	await until("some of the large one to be parsed", async () => {
		const { stage, progress } = await stateOf("towns.csv");
		return stage === "parse" && (progress?.done ?? 0) > 0 && fake.requests.length === 6;
	});
	stores.wombats = (await client.vectorStores.create({ file_ids: [await upload("wombat.txt")] })).id;
	await kill();

	await start(5);
	stores.ports = (await client.vectorStores.create({})).id;
	await client.vectorStores.files.create(stores.ports, {
		file_id: await upload("ports.csv"),
		chunking_strategy: ONE_ROW,
	});
	// A thousand chunks are written at a time, while the next are embedded: the third thousand begins when the second is written.
	await until("a second transaction of the ports to be under way", () =>
		fake.requests.some(({ body }) => [body.input].flat().some((text) => String(text).includes("Port2200;"))),
	);
	await kill();

	await start(5);
	for (const name of NAMES) {
		const end = async () => {
			const file = await stateOf(name);
			return file.status !== "in_progress" && file;
		};
		ended.set(name, await until(`${name} to end`, end, RECOVERY_MS));
	}
	expect((await server.end("SIGTERM")).code).toBe(0);
	db = await openDatabase(database.settings);
});

afterAll(async () => {
	await db?.close();
	await server?.end("SIGKILL");
	await fake.stop();
	await database.remove();
});

/** The rows and chunks of a file that a search would find. */
async function liveChunks(name: Name): Promise<string[]> {
	const { rows } = await (db as Database).query<{ text: string }>(
		`SELECT c.text FROM chunks c
		 JOIN index_files f ON f.index_id = c.index_id AND f.file_id = c.file_id AND f.live_revision = c.revision
		 WHERE c.file_id = $1 ORDER BY c.ordinal`,
		[idOf(name)],
	);
	return rows.map((row) => row.text);
}

test("the kills came where they were meant to", () => {
	for (const name of ["oslo.csv", "rome.csv"] as const) {
		expect(leftOf(0, name).chunks).toBeGreaterThan(0);
		expect(leftOf(0, name).chunks).toBeLessThan(400);
	}
	expect(leftOf(0, "towns.csv")).toMatchObject({ whole: false, chunks: 0 });
	expect(leftOf(0, "towns.csv").parts).toBeGreaterThan(0);
	expect(leftOf(0, "wombat.txt")).toEqual({ id: idOf("wombat.txt"), whole: false, parts: 0, chunks: 0, hashes: [] });
	expect(leftOf(1, "ports.csv").chunks).toBeGreaterThan(0);
	expect(leftOf(1, "ports.csv").chunks).toBeLessThan(ROWS["ports.csv"]);
});

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

test.each(NAMES)("%s has one document, to which the file points", async (name) => {
	const { rows } = await (db as Database).query(
		"SELECT d.id = f.document_id AS is_the_files FROM documents d JOIN files f ON f.id = d.file_id WHERE f.id = $1",
		[idOf(name)],
	);
	expect(rows).toEqual([{ is_the_files: true }]);
});

test.each(TABLES)("no row of %s is missing, and none is there twice", async (name) => {
	const lines = (await liveChunks(name)).flatMap((text) => text.trimEnd().split("\n"));
	const rows = lines.map((line) => Number(/^city: [A-Z][a-z]+(\d+); people: \d+$/.exec(line)?.[1]));
	expect(rows).toEqual(Array.from({ length: ROWS[name] }, (_, i) => i + 1));
});

test("no vector that was written before a kill is asked for again", () => {
	for (const { left, requests } of kills) {
		const written = new Set([...left.values()].flatMap(({ hashes }) => hashes));
		expect(written.size).toBeGreaterThan(0);
		const asked = fake.requests.slice(requests).flatMap(({ body }) => [body.input].flat() as string[]);
		const again = asked.filter((text) => written.has(createHash("sha256").update(text).digest("hex")));
		expect(again).toEqual([]);
	}
});

test("what the dead workers had written besides is swept, and the statistics are exact", async () => {
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
