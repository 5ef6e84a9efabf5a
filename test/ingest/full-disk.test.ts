import { execFileSync, spawnSync } from "node:child_process";
import { mkdtemp, rm, rmdir, statfs } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type OpenAI from "openai";
import { afterAll, afterEach, beforeAll, expect, inject, test } from "vitest";
import { messageOf } from "../../src/errors.ts";
import { type FakeOpenAI, startFakeOpenAI } from "../support/fake-openai.ts";
import { build, find, getIndex, indexNumberOf, startBuild, untilIndex } from "../support/indexes.ts";
import { startTestService, type TestService } from "../support/service.ts";
import { until } from "../support/until.ts";
import { createStore, uploadText } from "../support/upload.ts";

/** The embedded database on a small disk of its own that is really full. To mount one takes root. */
const MEGABYTES = 300;
const directory = await mkdtemp(join(tmpdir(), "excerpt-disk-"));
const mounted =
	!inject("serverUrl") &&
	spawnSync("mount", ["-t", "tmpfs", "-o", `size=${MEGABYTES}m`, "tmpfs", directory]).status === 0;

let fake: FakeOpenAI;
let t: TestService;
let client: OpenAI;
beforeAll(async () => {
	if (!mounted) return;
	fake = await startFakeOpenAI();
	t = await startTestService({
		DATA_DIR: join(directory, "data"),
		OPENAI_BASE_URL: fake.url,
		EMBEDDING_MODEL: "fake-embedding",
		EMBEDDING_CONCURRENCY: "1",
	});
	client = t.client;
});
afterEach(() => makeRoom());
afterAll(async () => {
	if (mounted) {
		await t.stop();
		await fake.stop();
		expect(spawnSync("umount", [directory]).status).toBe(0);
	}
	await rmdir(directory);
});

const filler = join(directory, "filler");
const makeRoom = () => rm(filler, { force: true });

/** Leaves so many megabytes, or a few pages less. */
async function fillUpTo(left: number): Promise<void> {
	const { bavail, bsize } = await statfs(directory);
	execFileSync("fallocate", ["-l", String(bavail * bsize - left * 2 ** 20), filler]);
}

const ONE_ROW = { type: "rows", rows: { max_rows: 1 } };
const ROWS = 150;
let tables = 0;
function table(): string {
	tables++;
	return `bird,seen\n${Array.from({ length: ROWS }, (_, i) => `heron ${i + 1},${tables}x${i}`).join("\n")}\n`;
}

/** By words alone: no vector is to be had while the embedding server is made to wait. */
async function foundIn(id: string): Promise<number[]> {
	const ranking_options = { hybrid_search: { embedding_weight: 0, text_weight: 1 } };
	return [...new Set((await find(client, id, "heron", { ranking_options })).map(indexNumberOf))];
}

test.runIf(mounted)(
	"what is left of an almost full disk is kept for answers: builds and files fail with the reason",
	async () => {
		const { id } = await createStore(client, { "a.csv": table() });
		const former = await foundIn(id);
		await fillUpTo(40);
		const started = await startBuild(client, id, { chunking_strategy: ONE_ROW });
		await until("it to wait for room", async () =>
			(await getIndex(client, id, started.id)).progress?.waiting_for?.includes("disk"),
		);
		const failed = await untilIndex(client, id, started.id, "failed");
		expect(failed.last_error?.message).toMatch(/disk is full.*room/);
		expect(await foundIn(id)).toEqual(former);

		const fileId = await uploadText(client, "b.csv", table());
		const file = await client.vectorStores.files.createAndPoll(id, { file_id: fileId });
		expect(file).toMatchObject({
			status: "failed",
			last_error: { message: expect.stringMatching(/disk is full.*room/) },
		});
		expect(await foundIn(id)).toEqual(former);

		await makeRoom();
		const again = await client.vectorStores.files.createAndPoll(id, { file_id: fileId });
		expect(again.status).toBe("completed");
		expect((await build(client, id, { chunking_strategy: ONE_ROW })).counts).toEqual({ files: 2, chunks: 2 * ROWS });
	},
);

test.runIf(mounted)(
	"a disk without any room stops the database, and all goes on by itself when there is some",
	async () => {
		const { id } = await createStore(client, { "a.csv": table() });
		const former = await foundIn(id);
		fake.setPaused(true);
		const started = await startBuild(client, id, { chunking_strategy: ONE_ROW });
		await fillUpTo(0);
		// Each begins the next file of the log; of a file or two there is room left.
		const next = () => t.service.db.query("SELECT pg_switch_wal(), pg_logical_emit_message(false, 'a', 'b')");
		const stopped = await until("the database to stop", () => next().then(() => undefined, messageOf));
		expect(stopped).toMatch(/^The embedded database has stopped.*make room/);
		await expect(foundIn(id)).rejects.toMatchObject({ status: 500, message: expect.stringMatching(/make room/) });

		await makeRoom();
		const found = await until("it to answer", () => foundIn(id).catch(() => undefined));
		expect(found).toEqual(former);
		fake.setPaused(false);
		expect((await untilIndex(client, id, started.id, "active")).counts).toEqual({ files: 1, chunks: ROWS });
		expect(await foundIn(id)).not.toEqual(former);
	},
);
