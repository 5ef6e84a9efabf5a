import type OpenAI from "openai";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { type FakeOpenAI, startFakeOpenAI } from "../support/fake-openai.ts";
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

let fake: FakeOpenAI;
let t: TestService;
let client: OpenAI;
beforeAll(async () => {
	fake = await startFakeOpenAI();
	const settings = { EMBEDDING_MODEL: "fake-embedding", EMBEDDING_CONCURRENCY: "1", WORKER_CONCURRENCY: "1" };
	t = await startTestService({ OPENAI_BASE_URL: fake.url, ...settings });
	client = t.client;
	await t.service.db.query(DISK_FULL);
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
let tables = 0;
function table(): string {
	tables++;
	return `bird,seen\n${Array.from({ length: ROWS }, (_, i) => `heron ${i + 1},${tables}x${i}`).join("\n")}\n`;
}

/** A build whose disk is full once one of two files is whole in it. */
async function buildOnFullDisk() {
	const { id } = await createStore(client, { "a.csv": table(), "b.csv": table() });
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
