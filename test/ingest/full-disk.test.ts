import { join } from "node:path";
import type OpenAI from "openai";
import { afterAll, afterEach, beforeAll, expect, inject, test } from "vitest";
import { messageOf } from "../../src/errors.ts";
import { type FakeOpenAI, startFakeOpenAI } from "../support/fake-openai.ts";
import { heronTable } from "../support/heron-table.ts";
import { build, find, getIndex, indexNumberOf, startBuild, untilIndex } from "../support/indexes.ts";
import { startTestService, type TestService } from "../support/service.ts";
import { mountSmallDisk, type SmallDisk } from "../support/small-disk.ts";
import { until } from "../support/until.ts";
import { createStore, uploadText } from "../support/upload.ts";

/** The embedded database on a small disk of its own that is really full. */
const embedded = !inject("serverUrl");
const MEGABYTES = 300;
const NO_DISK = "a disk of its own takes root";

let disk: SmallDisk | undefined;
let fake: FakeOpenAI;
let t: TestService;
let client: OpenAI;
beforeAll(async () => {
	disk = await mountSmallDisk(MEGABYTES);
	if (!disk) return;
	fake = await startFakeOpenAI();
	t = await startTestService({
		DATA_DIR: join(disk.directory, "data"),
		OPENAI_BASE_URL: fake.url,
		EMBEDDING_MODEL: "fake-embedding",
		EMBEDDING_CONCURRENCY: "1",
	});
	client = t.client;
});
afterEach(() => disk?.makeRoom());
afterAll(async () => {
	if (!disk) return;
	await t.stop();
	await fake.stop();
	await disk.unmount();
});

const ONE_ROW = { type: "rows", rows: { max_rows: 1 } };
const ROWS = 150;

/** By words alone: no vector is to be had while the embedding server is made to wait. */
async function foundIn(id: string): Promise<number[]> {
	const ranking_options = { hybrid_search: { embedding_weight: 0, text_weight: 1 } };
	return [...new Set((await find(client, id, "heron", { ranking_options })).map(indexNumberOf))];
}

test.runIf(embedded)(
	"what is left of an almost full disk is kept for answers: builds and files fail with the reason",
	async ({ skip }) => {
		if (!disk) return skip(NO_DISK);
		const { id } = await createStore(client, { "a.csv": heronTable(ROWS) });
		const former = await foundIn(id);
		await disk.fillUpTo(40);
		const started = await startBuild(client, id, { chunking_strategy: ONE_ROW });
		await until("it to wait for room", async () =>
			(await getIndex(client, id, started.id)).progress?.waiting_for?.includes("disk"),
		);
		const failed = await untilIndex(client, id, started.id, "failed");
		expect(failed.last_error?.message).toMatch(/disk is full.*room/);
		expect(await foundIn(id)).toEqual(former);

		const fileId = await uploadText(client, "b.csv", heronTable(ROWS));
		const file = await client.vectorStores.files.createAndPoll(id, { file_id: fileId });
		expect(file).toMatchObject({
			status: "failed",
			last_error: { message: expect.stringMatching(/disk is full.*room/) },
		});
		expect(await foundIn(id)).toEqual(former);

		await disk.makeRoom();
		const again = await client.vectorStores.files.createAndPoll(id, { file_id: fileId });
		expect(again.status).toBe("completed");
		expect((await build(client, id, { chunking_strategy: ONE_ROW })).counts).toEqual({ files: 2, chunks: 2 * ROWS });
	},
);

test.runIf(embedded)(
	"a disk without any room stops the database, and all goes on by itself when there is some",
	async ({ skip }) => {
		if (!disk) return skip(NO_DISK);
		const { id } = await createStore(client, { "a.csv": heronTable(ROWS) });
		const former = await foundIn(id);
		fake.setPaused(true);
		const started = await startBuild(client, id, { chunking_strategy: ONE_ROW });
		await disk.fillUpTo(0);
		// Each begins the next file of the log; of a file or two there is room left.
		const next = () => t.service.db.query("SELECT pg_switch_wal(), pg_logical_emit_message(false, 'a', 'b')");
		const stopped = await until("the database to stop", () => next().then(() => undefined, messageOf));
		expect(stopped).toMatch(/^The embedded database has stopped.*make room/);
		await expect(foundIn(id)).rejects.toMatchObject({ status: 500, message: expect.stringMatching(/make room/) });

		await disk.makeRoom();
		const found = await until("it to answer", () => foundIn(id).catch(() => undefined));
		expect(found).toEqual(former);
		fake.setPaused(false);
		expect((await untilIndex(client, id, started.id, "active")).counts).toEqual({ files: 1, chunks: ROWS });
		expect(await foundIn(id)).not.toEqual(former);
	},
);
