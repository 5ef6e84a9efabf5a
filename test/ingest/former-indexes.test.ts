import { afterAll, beforeAll, expect, test } from "vitest";
import { sweepLeftovers } from "../../ingest/sweep.ts";
import { createDiskBlobs } from "../../src/blobs/disk.ts";
import { type JobQueue, startQueue } from "../../src/jobs/queue.ts";
import { createLog } from "../../src/log.ts";
import { countChunks, untilSettled } from "../support/index-state.ts";
import { build, listIndexes } from "../support/indexes.ts";
import { startTestService, type TestService } from "../support/service.ts";
import { createStore } from "../support/upload.ts";

let t: TestService;
let sweep: () => Promise<void>;
beforeAll(async () => {
	t = await startTestService();
	const queue: JobQueue = await startQueue(t.service.db, [], createLog("silent"));
	const deps = { db: t.service.db, blobs: createDiskBlobs(`${t.dataDirectory}/blobs`), queue };
	sweep = () => sweepLeftovers(deps);
});
afterAll(() => t.stop());

/** As if it had ended so long ago. */
async function age(interval: string): Promise<void> {
	await t.service.db.query("UPDATE indexes SET ended_at = ended_at - $1::interval", [interval]);
}

const statically = (max: number) => ({
	type: "static",
	static: { max_chunk_size_tokens: max, chunk_overlap_tokens: 0 },
});
const make = async () => (await createStore(t.client, { "a.txt": "A heron stands by the lake. ".repeat(100) })).id;
const statuses = async (id: string) => (await listIndexes(t.client, id)).map(({ status }) => status);
const allNumbers = async (id: string) => {
	const { rows } = await t.service.db.query<{ id: number }>(
		"SELECT id FROM indexes WHERE vector_store_id = $1 ORDER BY id",
		[id],
	);
	return rows.map(({ id }) => id);
};

test("of former indexes the last one is kept, and older ones go with all that they held", async () => {
	const id = await make();
	for (const max of [100, 200, 300]) await build(t.client, id, { chunking_strategy: statically(max) });
	const [first, second] = await allNumbers(id);
	await sweep();
	// A search may be under way in one that was retired a moment ago.
	expect(await statuses(id)).toEqual(["active", "retired", "retired", "retired"]);
	await age("2 minutes");
	await sweep();
	expect(await statuses(id)).toEqual(["active", "retired"]);
	for (const number of [first, second]) {
		await untilSettled(t.service.db, number as number);
		expect((await countChunks(t.service.db, number as number)).all).toBe(0);
	}
	expect(await allNumbers(id)).toHaveLength(2);
});

test("as many are kept as the active index says", async () => {
	const id = await make();
	await build(t.client, id, { chunking_strategy: statically(100), keep: 0 });
	await age("2 minutes");
	await sweep();
	expect(await statuses(id)).toEqual(["active"]);
});

test("a cancelled build stays for a day, for its vectors", async () => {
	const id = await make();
	const [active] = await listIndexes(t.client, id);
	const { id: given } = await build(t.client, id, { chunking_strategy: statically(100), activate: "manual" });
	// Without vectors to wait for a build is over before it can be cancelled: as if it had been.
	await t.service.db.query("UPDATE indexes SET status = 'cancelled', ended_at = now() WHERE public_id = $1", [given]);
	await age("23 hours");
	await sweep();
	expect(await statuses(id)).toEqual(["cancelled", "active"]);
	await age("2 hours");
	await sweep();
	expect((await listIndexes(t.client, id)).map(({ id }) => id)).toEqual([active?.id]);
});

test("an index that was removed and whose job was lost is swept", async () => {
	const id = await make();
	await build(t.client, id, { chunking_strategy: statically(100) });
	const [first] = await allNumbers(id);
	await t.service.db.query("UPDATE indexes SET removed_at = now() WHERE id = $1", [first]);
	await sweep();
	await untilSettled(t.service.db, first as number);
	expect(await allNumbers(id)).toHaveLength(1);
	expect((await countChunks(t.service.db, first as number)).all).toBe(0);
});
