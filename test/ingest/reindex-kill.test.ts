import OpenAI from "openai";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Handle } from "../../src/db/handle.ts";
import { type CliProcess, startServe } from "../support/cli.ts";
import { createTestDatabase, type TestDatabase, useDatabase } from "../support/database.ts";
import { type FakeOpenAI, startFakeOpenAI } from "../support/fake-openai.ts";
import { countChunks, statisticsOf } from "../support/index-state.ts";
import { find, getIndex, type IndexBody, indexNumberOf, listIndexes, startBuild } from "../support/indexes.ts";
import { until } from "../support/until.ts";
import { createStore } from "../support/upload.ts";

/**
 * `kill -9` while an index is being built, and the same data directory or database again: one file is whole in it, another
 * half written, a third not begun. On Postgres a dead worker's job goes to others once it has been silent for ten
 * seconds, and was looked for.
 */
const RECOVERY_MS = 120_000;

const ONE_ROW = { type: "rows", rows: { max_rows: 1 } };
const table = (name: string, rows: number) =>
	`city,people\n${Array.from({ length: rows }, (_, i) => `${name}${i + 1},${(i * 37) % 1000}`).join("\n")}\n`;
const NAMES = ["Lima", "Oslo", "Rome"];
const ROWS = 300;

let fake: FakeOpenAI;
let database: TestDatabase;
let server: CliProcess;
let client: OpenAI;
let storeId: string;
let former: IndexBody;
let built: IndexBody;
let number: number;
/** Live chunks and all that the dead worker left, their texts, and the revisions of files that were whole. */
let left: { live: number; all: number; texts: Set<string>; whole: number[] };
let askedAfter: string[];
let foundMeanwhile: number[];

async function start(): Promise<void> {
	const started = await startServe({
		...database.settings,
		OPENAI_BASE_URL: fake.url,
		EMBEDDING_MODEL: "fake-embedding",
		EMBEDDING_CONCURRENCY: "1",
		WORKER_CONCURRENCY: "1",
	});
	server = started.process;
	client = new OpenAI({ baseURL: `${started.url}/v1`, apiKey: "none", maxRetries: 0 });
}

/** Characters of what was read from the file. */
async function lengthOf(fileId: string): Promise<number> {
	const { data } = await client.vectorStores.files.content(fileId, { vector_store_id: storeId });
	return data.reduce((sum, { text = "" }) => sum + text.length, 0);
}

/** In the index that is built. */
async function liveRevisions(db: Handle): Promise<number[]> {
	const { rows } = await db.query<{ live_revision: number }>(
		"SELECT live_revision FROM index_files WHERE index_id = $1 AND live_revision IS NOT NULL",
		[number],
	);
	return rows.map((row) => row.live_revision);
}

beforeAll(async () => {
	fake = await startFakeOpenAI();
	database = await createTestDatabase();
	await start();
	const texts = Object.fromEntries(NAMES.map((name) => [`${name}.csv`, table(name, ROWS)]));
	const store = await createStore(client, texts);
	storeId = store.id;
	const [length = 0] = await Promise.all(Object.values(store.fileIds).map(lengthOf));
	former = (await listIndexes(client, storeId))[0] as IndexBody;
	fake.requests.length = 0;
	// Four are a file, whichever is first.
	fake.setPaused(true, 6);
	built = await startBuild(client, storeId, { chunking_strategy: ONE_ROW });
	await until("a file to be whole and the next to be written in part", async () => {
		const { counts, progress } = await getIndex(client, storeId, built.id);
		return counts.files === 1 && (progress?.done ?? 0) > length;
	});
	await server.end("SIGKILL");
	fake.setPaused(false);
	left = await useDatabase(database, async (db) => {
		const { rows } = await db.query<{ id: number }>("SELECT id FROM indexes WHERE public_id = $1", [built.id]);
		number = (rows[0] as { id: number }).id;
		const chunks = await db.query<{ text: string }>("SELECT text FROM chunks WHERE index_id = $1", [number]);
		const texts = new Set(chunks.rows.map(({ text }) => text));
		return { ...(await countChunks(db, number)), texts, whole: await liveRevisions(db) };
	});

	fake.requests.length = 0;
	fake.setPaused(true);
	await start();
	const ranking_options = { hybrid_search: { embedding_weight: 0, text_weight: 1 } };
	foundMeanwhile = (await find(client, storeId, "oslo rome lima city", { ranking_options })).map(indexNumberOf);
	fake.setPaused(false);
	await until(
		"the build to end",
		async () => {
			built = await getIndex(client, storeId, built.id);
			return built.status !== "queued" && built.status !== "building";
		},
		RECOVERY_MS,
	);
	askedAfter = fake.requests.flatMap(({ body }) => [body.input].flat() as string[]);
	expect((await server.end("SIGTERM")).code).toBe(0);
});

afterAll(async () => {
	await server?.end("SIGKILL");
	await fake.stop();
	await database.remove();
});

test("the kill came in the middle", () => {
	expect(left.live).toBe(ROWS);
	expect(left.all).toBeGreaterThan(left.live);
	expect(left.all).toBeLessThan(2 * ROWS);
});

test("until it is done questions are answered from the former index", () => {
	expect(foundMeanwhile.length).toBeGreaterThan(0);
	expect(foundMeanwhile).not.toContain(number);
});

test("the build goes on by itself and becomes the active index", async () => {
	expect(built).toMatchObject({ status: "active", last_error: null, counts: { files: 3, chunks: 3 * ROWS } });
	const { rows } = await useDatabase(database, (db) =>
		db.query<{ text: string }>(
			`SELECT c.text FROM chunks c JOIN index_files f ON f.index_id = c.index_id AND f.live_revision = c.revision
			 WHERE c.index_id = $1`,
			[number],
		),
	);
	const cities = rows.map(({ text }) => /^city: (\w+);/.exec(text)?.[1]);
	const all = NAMES.flatMap((name) => Array.from({ length: ROWS }, (_, i) => `${name}${i + 1}`));
	expect(cities.toSorted()).toEqual(all.toSorted());
	expect(former.id).not.toBe(built.id);
});

test("a file that was whole is not built again", async () => {
	expect(left.whole).toHaveLength(1);
	expect(await useDatabase(database, liveRevisions)).toEqual(expect.arrayContaining(left.whole));
});

test("what was written before the kill is not asked for again", () => {
	expect(askedAfter.length).toBeGreaterThan(0);
	expect(askedAfter.filter((text) => left.texts.has(text))).toEqual([]);
});

test("what the dead worker left besides is swept before the flip, and the statistics are exact", async () => {
	await useDatabase(database, async (db) => {
		const { live, all } = await countChunks(db, number);
		expect(all).toBe(live);
		const { kept, counted } = await statisticsOf(db, number);
		expect(kept).toEqual(counted);
	});
});
