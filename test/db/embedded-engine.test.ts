import { mkdir, rmdir } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, expect, inject, test } from "vitest";
import type { Database } from "../../src/db/database.ts";
import type { Handle } from "../../src/db/handle.ts";
import { openDatabase } from "../../src/db/open.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { hear } from "../support/hear.ts";
import { until } from "../support/until.ts";

/**
 * An embedded database that cannot write its log any more. A disk that is really full would take other tests along; to
 * Postgres it is all one why the next file of its log cannot be made.
 */
const embedded = !inject("serverUrl");

let database: TestDatabase;
let db: Database;
beforeEach(async () => {
	if (!embedded) return;
	database = await createTestDatabase();
	db = await openDatabase(database.settings);
	await db.query("CREATE TABLE notes (n int PRIMARY KEY)");
	await db.query("INSERT INTO notes VALUES (1)");
});
afterEach(async () => {
	if (!embedded) return;
	await db.close();
	await database.remove();
});

/** Where Postgres makes the next file of its log. PGlite is process 42 to itself. */
const inTheWay = () => join(database.settings.DATA_DIR, "database", "pg_wal", "xlogtemp.42");
/** Begins the next file of the log, and the one after it, which may be there already, and so on. */
async function fillLog(handle: Handle): Promise<void> {
	for (let file = 0; file < 5; file++) {
		await handle.query("SELECT pg_logical_emit_message(false, 'a', 'b'), pg_switch_wal()");
	}
}

async function notes(): Promise<number[]> {
	return (await db.query<{ n: number }>("SELECT n FROM notes ORDER BY n")).rows.map((row) => row.n);
}

/** Stops the database in the middle of a transaction; returns what it says. */
async function stop(): Promise<Error> {
	await mkdir(inTheWay());
	return db
		.transaction(async (tx) => {
			await tx.query("INSERT INTO notes VALUES ($1)", [2]);
			await fillLog(tx);
		})
		.then(
			() => expect.fail("it did not stop"),
			(error: Error) => error,
		);
}

test.runIf(embedded)("who asks when it stops is told so, and goes on once it can", async () => {
	expect(await stop()).toMatchObject({
		code: "server_error",
		retryable: true,
		message: expect.stringMatching(/^The embedded database has stopped: .*xlogtemp/),
	});
	await rmdir(inTheWay());
	await until("it to run again", () => notes().catch(() => undefined));
	expect(await notes()).toEqual([1]);
	await db.transaction((tx) => tx.query("INSERT INTO notes VALUES ($1)", [3]));
	expect(await notes()).toEqual([1, 3]);
});

test.runIf(embedded)(
	"of a transaction that it stops in nothing is kept, also where the work goes on regardless",
	async () => {
		await mkdir(inTheWay());
		const work = db.transaction(async (tx) => {
			await tx.query("INSERT INTO notes VALUES ($1)", [2]);
			await expect(fillLog(tx)).rejects.toThrow("has stopped");
			await rmdir(inTheWay());
			for (const values of [[3], undefined]) {
				const text = `INSERT INTO notes VALUES (${values ? "$1" : 4})`;
				await expect(tx.query(text, values)).rejects.toThrow("in the middle of this transaction");
			}
		});
		await expect(work).rejects.toThrow("in the middle of this transaction");
		expect(await notes()).toEqual([1]);
		await db.transaction((tx) => tx.query("INSERT INTO notes VALUES ($1)", [5]));
		expect(await notes()).toEqual([1, 5]);
	},
);

test.runIf(embedded)("while it cannot start all who ask are told so, each at once or after one try", async () => {
	await stop();
	const asked = [
		notes(),
		db.query("SELECT $1::int", [1]),
		db.transaction((tx) => tx.query("INSERT INTO notes VALUES (4)")),
		db.session((handle) => handle.query("SELECT 1")),
	];
	for (const answer of await Promise.allSettled(asked)) {
		expect(answer).toMatchObject({
			status: "rejected",
			reason: { code: "server_error", message: expect.stringMatching(/cannot be started again.*make room/) },
		});
	}
	await rmdir(inTheWay());
	await until("it to run again", () => notes().catch(() => undefined));
	expect((await db.query("SELECT $1::int AS n", [5])).rows).toEqual([{ n: 5 }]);
});

test.runIf(embedded)("a listener hears again, and is told that it may have missed something", async () => {
	const hearing = await hear(db, "some_channel");
	await stop();
	await rmdir(inTheWay());
	await until("it to run again", () => notes().catch(() => undefined));
	expect(hearing.ready).toBe(2);
	await db.query("SELECT pg_notify('some_channel', 'one')");
	await until("the notification", () => hearing.heard.length === 1);
	await hearing.close();
	await db.query("SELECT pg_notify('some_channel', 'two')");
	await db.query("SELECT 1");
	expect(hearing.heard).toEqual(["one"]);
});
