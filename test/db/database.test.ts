import { afterAll, beforeAll, expect, inject, test } from "vitest";
import type { Database } from "../../src/db/database.ts";
import { openDatabase } from "../../src/db/open.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { hear } from "../support/hear.ts";
import { until } from "../support/until.ts";

let database: TestDatabase;
let db: Database;
beforeAll(async () => {
	database = await createTestDatabase();
	db = await openDatabase(database.settings);
	await db.query("CREATE TABLE notes (n int PRIMARY KEY)");
});
afterAll(async () => {
	await db.close();
	await database.remove();
});

async function notes(): Promise<number[]> {
	return (await db.query<{ n: number }>("SELECT n FROM notes ORDER BY n")).rows.map((row) => row.n);
}

test("a transaction keeps what it returns from", async () => {
	const returned = await db.transaction(async (tx) => {
		await tx.query("INSERT INTO notes VALUES (1)");
		return "done";
	});
	expect(returned).toBe("done");
	expect(await notes()).toContain(1);
});

test("a transaction takes back what it throws from, and the error arrives as it was", async () => {
	const error = new Error("changed my mind");
	const work = db.transaction(async (tx) => {
		await tx.query("INSERT INTO notes VALUES (2)");
		const { rows } = await tx.query("SELECT n FROM notes WHERE n = 2");
		expect(rows).toHaveLength(1);
		throw error;
	});
	await expect(work).rejects.toBe(error);
	expect(await notes()).not.toContain(2);
});

test("a transaction whose statement fails is taken back whole", async () => {
	const work = db.transaction(async (tx) => {
		await tx.query("INSERT INTO notes VALUES (3)");
		await tx.query("INSERT INTO notes VALUES (3)");
	});
	await expect(work).rejects.toMatchObject({ code: "23505" });
	expect(await notes()).not.toContain(3);
});

test("a failing statement disturbs none of those that come after it", async () => {
	for (let round = 0; round < 5; round++) {
		await expect(db.query("SELECT 1 / $1::int", [0])).rejects.toMatchObject({ code: "22012" });
		await expect(db.query("SELECT FROM no_such_table")).rejects.toMatchObject({ code: "42P01" });
		await expect(db.session((handle) => handle.query("not SQL"))).rejects.toMatchObject({ code: "42601" });
		await expect(db.query("SELECT $1::int", ["x"])).rejects.toMatchObject({ code: "22P02" });
		expect((await db.query("SELECT $1::int AS n", [round])).rows).toEqual([{ n: round }]);
		expect((await db.query("SELECT 'a' AS a, 'b' AS b")).rows).toEqual([{ a: "a", b: "b" }]);
	}
});

test("many at once, some of which fail, each get their own answer", async () => {
	const answers = await Promise.allSettled(
		Array.from({ length: 60 }, (_, i) =>
			i % 3 === 0
				? db.transaction((tx) => tx.query<{ n: number }>("SELECT $1::int AS n", [i]))
				: db.query<{ n: number }>(i % 3 === 1 ? "SELECT $1::int AS n" : "SELECT $1::int / 0 AS n", [i]),
		),
	);
	for (const [i, answer] of answers.entries()) {
		if (i % 3 === 2) expect(answer.status).toBe("rejected");
		else expect(answer).toMatchObject({ status: "fulfilled", value: { rows: [{ n: i }] } });
	}
});

test.skipIf(!inject("serverUrl"))("a connection that was lost in a transaction is not given to the next", async () => {
	const work = db.transaction(async (tx) => {
		await tx.query("SELECT pg_terminate_backend(pg_backend_pid())");
	});
	await expect(work).rejects.toThrow();
	for (let i = 0; i < 25; i++) expect((await db.query("SELECT 1 AS n")).rows).toEqual([{ n: 1 }]);
});

test("bigints are numbers, and jsonb is what it was", async () => {
	const { rows } =
		await db.query(`SELECT 9007199254740991::bigint AS big, count(*) AS count, '{"a":[1,"x",null]}'::jsonb AS json
		FROM generate_series(1, 3)`);
	expect(rows).toEqual([{ big: 9007199254740991, count: 3, json: { a: [1, "x", null] } }]);
});

test("notifications arrive until it is closed", async () => {
	const hearing = await hear(db, "some_channel");
	expect(hearing.ready).toBe(1);
	await db.query(`SELECT pg_notify('some_channel', 'one')`);
	await until("the first notification", () => hearing.heard.length === 1);
	await hearing.close();
	await db.query(`SELECT pg_notify('some_channel', 'two')`);
	await db.query("SELECT 1");
	expect(hearing.heard).toEqual(["one"]);
});

test.skipIf(!inject("serverUrl"))("a listener whose connection ends listens again", async () => {
	const hearing = await hear(db, "again");
	const end = () =>
		db.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
			WHERE datname = current_database() AND query = 'LISTEN "again"'`);
	for (const round of [1, 2]) {
		await end();
		await until("the listener to be back", () => hearing.ready === round + 1);
		await db.query("SELECT pg_notify('again', $1)", [String(round)]);
		await until("a notification", () => hearing.heard.length === round);
	}
	await hearing.close();
	expect(hearing.heard).toEqual(["1", "2"]);
});

test.skipIf(!inject("serverUrl"))("a server that cannot be reached is said to be, without the password", async () => {
	const url = "postgres://excerpt:secret@127.0.0.1:1/nowhere";
	const opening = openDatabase({ DATABASE_URL: url, DATA_DIR: database.settings.DATA_DIR });
	await expect(opening).rejects.toMatchObject({
		code: "configuration",
		message: expect.stringContaining("DATABASE_URL"),
	});
	await expect(opening).rejects.not.toThrow("secret");
});
