import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import type { Database } from "../../src/db/database.ts";
import { openDatabase } from "../../src/db/open.ts";
import { newId } from "../../src/ids.ts";
import { type HeldConversation, holdConversation } from "../../src/operations/hold-conversation.ts";
import { insertConversation } from "../../src/store/conversations.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { until } from "../support/until.ts";

let database: TestDatabase;
let db: Database;
let id: string;
const held: HeldConversation[] = [];
beforeAll(async () => {
	database = await createTestDatabase();
	db = await openDatabase(database.settings);
});
beforeEach(async () => {
	vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
	id = newId("conversation");
	await insertConversation(db, { id, project_id: "default", metadata: {} });
});
afterEach(async () => {
	for (const one of held.splice(0)) await one.release();
	vi.useRealTimers();
});
afterAll(async () => {
	await db.close();
	await database.remove();
});

async function hold(holder: string): Promise<HeldConversation> {
	const one = await holdConversation(db, "default", id, holder);
	held.push(one);
	return one;
}

/** Seconds that are left of the lease; negative ones are over. */
async function left(): Promise<number | null> {
	const { rows } = await db.query<{ seconds: number | null }>(
		"SELECT extract(epoch FROM locked_until - clock_timestamp())::float AS seconds FROM conversations WHERE id = $1",
		[id],
	);
	return rows[0]?.seconds ?? null;
}
const runOut = () =>
	db.query("UPDATE conversations SET locked_until = now() - interval '1 second' WHERE id = $1", [id]);
const isLocked = { code: "conversation_locked", status: 400 };

test("a conversation is held by one, and free again when that one releases it", async () => {
	const one = await hold("resp_1");
	await expect(hold("resp_2")).rejects.toMatchObject(isLocked);
	await one.release();
	expect(await left()).toBeNull();
	await hold("resp_2");
});

test("one that died lets go when its lease runs out, within half a minute", async () => {
	await hold("resp_dead");
	expect(await left()).toBeLessThanOrEqual(30);
	await runOut();
	await hold("resp_2");
});

test("one that lives keeps it, however long it takes", async () => {
	await hold("resp_1");
	for (let round = 0; round < 3; round++) {
		await runOut();
		vi.advanceTimersByTime(10_000);
		await until("the lease to be renewed", async () => ((await left()) ?? 0) > 0);
		await expect(hold("resp_2")).rejects.toMatchObject(isLocked);
	}
});

test("one that was too late neither renews nor releases what is another's by then", async () => {
	const late = await hold("resp_late");
	await runOut();
	await hold("resp_2");
	await late.release();
	await expect(hold("resp_3")).rejects.toMatchObject(isLocked);
});

test("a conversation of another project does not exist", async () => {
	await expect(holdConversation(db, "other", id, "resp_1")).rejects.toMatchObject({ status: 404 });
	await expect(holdConversation(db, "default", "conv_none", "resp_1")).rejects.toMatchObject({ status: 404 });
});
