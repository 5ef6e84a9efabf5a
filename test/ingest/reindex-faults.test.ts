import type OpenAI from "openai";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { type FakeOpenAI, startFakeOpenAI } from "../support/fake-openai.ts";
import { heronTable } from "../support/heron-table.ts";
import { countChunks, statisticsOf } from "../support/index-state.ts";
import { build, find, getIndex, indexNumberOf, startBuild, untilIndex } from "../support/indexes.ts";
import { startTestService, type TestService } from "../support/service.ts";
import { until } from "../support/until.ts";
import { createStore } from "../support/upload.ts";

/** A disk without room, as the database tells of it; one that is really full would take the tests beside this one along. */
const DISK_FULL = `
	CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$
	BEGIN
		RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = 'disk_full';
	END $$`;
const FILL = "CREATE TRIGGER full_disk BEFORE INSERT ON chunks FOR EACH STATEMENT EXECUTE FUNCTION refuse()";
const MAKE_ROOM = "DROP TRIGGER IF EXISTS full_disk ON chunks";

/** Fails what it stands before the first time, and never again: numbers of a sequence are not taken back. */
const BREAK_ONCE = `
	CREATE SEQUENCE attempts;
	CREATE FUNCTION break_once() RETURNS trigger LANGUAGE plpgsql AS $$
	BEGIN
		IF nextval('attempts') = 1 THEN RAISE EXCEPTION 'broken on purpose'; END IF;
		RETURN NEW;
	END $$`;

let fake: FakeOpenAI;
let t: TestService;
let client: OpenAI;
beforeAll(async () => {
	fake = await startFakeOpenAI();
	const settings = { EMBEDDING_MODEL: "fake-embedding", EMBEDDING_CONCURRENCY: "1", WORKER_CONCURRENCY: "1" };
	t = await startTestService({ OPENAI_BASE_URL: fake.url, ...settings });
	client = t.client;
	await t.service.db.query(DISK_FULL);
	await t.service.db.query(BREAK_ONCE);
});
beforeEach(() => fake.setPaused(false));
afterEach(() => t.service.db.query(MAKE_ROOM));
afterAll(async () => {
	fake.setPaused(false);
	await t.stop();
	await fake.stop();
});

const ONE_ROW = { type: "rows", rows: { max_rows: 1 } };
const ROWS = 150;

/** A build whose disk is full once one of two files is whole in it. */
async function buildOnFullDisk() {
	const { id } = await createStore(client, { "a.csv": heronTable(ROWS), "b.csv": heronTable(ROWS) });
	const [before] = await find(client, id, "heron");
	fake.setPaused(true, 2);
	const started = await startBuild(client, id, { chunking_strategy: ONE_ROW });
	await until("a file to be whole", async () => (await getIndex(client, id, started.id)).counts.files === 1);
	const { rows } = await t.service.db.query<{ text: string }>(
		"SELECT text FROM chunks c JOIN indexes i ON i.id = c.index_id WHERE i.public_id = $1",
		[started.id],
	);
	await t.service.db.query(FILL);
	fake.requests.length = 0;
	fake.setPaused(false);
	return { id, former: indexNumberOf(before as never), started, paid: rows.map(({ text }) => text) };
}

const embedded = () =>
	fake.requests
		.filter(({ path }) => path.endsWith("/embeddings"))
		.flatMap(({ body }) => [body.input].flat() as string[]);

test("a build fails with its reason where the disk is full, and the former index serves", async () => {
	const { id, former, started, paid } = await buildOnFullDisk();
	const failed = await until("it to fail", async () => {
		const index = await getIndex(client, id, started.id);
		return index.status === "failed" && index;
	});
	expect(failed.last_error).toMatchObject({
		code: "server_error",
		message: expect.stringMatching(/disk is full.*room/),
	});
	expect(new Set((await find(client, id, "heron")).map(indexNumberOf))).toEqual(new Set([former]));

	await t.service.db.query(MAKE_ROOM);
	fake.requests.length = 0;
	const done = await build(client, id, { chunking_strategy: ONE_ROW });
	expect(done.counts).toEqual({ files: 2, chunks: 2 * ROWS });
	expect(paid.length).toBeGreaterThanOrEqual(ROWS);
	expect(embedded().filter((text) => paid.includes(text))).toEqual([]);
});

test("it goes on where it was when there is room again", async () => {
	const { id, former, started, paid } = await buildOnFullDisk();
	const waiting = await until("it to wait", async () => {
		const index = await getIndex(client, id, started.id);
		return index.stage === "waiting" && index;
	});
	expect(waiting.counts.files).toBe(1);
	expect(new Set((await find(client, id, "heron")).map(indexNumberOf))).toEqual(new Set([former]));
	await t.service.db.query(MAKE_ROOM);
	const done = await untilIndex(client, id, started.id, "active");
	expect(done.counts).toEqual({ files: 2, chunks: 2 * ROWS });
	expect(embedded().filter((text) => paid.includes(text))).toEqual([]);
});

test.each([
	["as its chunks are written", "INSERT ON chunk_terms", "true"],
	["as a file becomes whole", "UPDATE ON index_files", "NEW.live_revision IS NOT NULL"],
	["as it begins to settle", "UPDATE ON indexes", "NEW.stage = 'settle'"],
	["as its words are counted", "UPDATE ON index_terms", "NEW.df > 0 AND NEW.index_id > 1"],
	["as its vectors are indexed", "UPDATE ON indexes", "NEW.stage = 'index_vectors'"],
	["as it takes over", "UPDATE ON vector_stores", "NEW.active_index_id <> OLD.active_index_id"],
])("a build that breaks off %s is finished by the next attempt", async (_name, event, condition) => {
	const { id } = await createStore(client, { "a.csv": heronTable(ROWS), "b.csv": heronTable(ROWS) });
	const [before] = await find(client, id, "heron");
	const db = t.service.db;
	await db.query("SELECT setval('attempts', 1, false)");
	await db.query(
		`CREATE TRIGGER broken BEFORE ${event} FOR EACH ROW WHEN (${condition}) EXECUTE FUNCTION break_once()`,
	);
	const started = await startBuild(client, id, { chunking_strategy: ONE_ROW });
	try {
		await until("it to break off", async () => (await getIndex(client, id, started.id)).stage === "waiting");
		expect(new Set((await find(client, id, "heron")).map(indexNumberOf))).toEqual(
			new Set([indexNumberOf(before as never)]),
		);
		const done = await untilIndex(client, id, started.id, "active");
		expect(done).toMatchObject({ counts: { files: 2, chunks: 2 * ROWS }, last_error: null });
	} finally {
		await db.query(`DROP TRIGGER broken ON ${event.split(" ").at(-1)}`);
	}
	const number = indexNumberOf((await find(client, id, "heron"))[0] as never);
	expect(number).not.toBe(indexNumberOf(before as never));
	const { live, all } = await countChunks(db, number);
	expect([live, all]).toEqual([2 * ROWS, 2 * ROWS]);
	const { kept, counted } = await statisticsOf(db, number);
	expect(kept).toEqual(counted);
});
