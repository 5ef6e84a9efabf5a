import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { createService } from "../../src/app.ts";
import { loadConfig } from "../../src/config.ts";
import { migrate, readMigrations } from "../../src/db/migrate.ts";
import { openDatabase } from "../../src/db/open.ts";
import { createLog } from "../../src/log.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";

let database: TestDatabase;
beforeAll(async () => {
	database = await createTestDatabase();
});
afterAll(() => database.remove());

/** The database as it was before any Excerpt came to it. */
async function empty(): Promise<void> {
	const db = await openDatabase(database.settings);
	await db.session(async (handle) => {
		await handle.query("DROP SCHEMA IF EXISTS pgboss CASCADE");
		await handle.query("DROP SCHEMA public CASCADE");
		await handle.query("CREATE SCHEMA public");
	});
	await db.close();
}

test("migrations are numbered from 1 without gaps", () => {
	expect(readMigrations().map((migration) => migration.version)).toEqual(readMigrations().map((_, place) => place + 1));
});

test("an empty database gets all migrations, once", async () => {
	await empty();
	const names = readMigrations().map((migration) => migration.name);
	const db = await openDatabase(database.settings);
	const noted = () => db.query<{ name: string }>("SELECT name FROM migrations ORDER BY version");
	expect((await noted()).rows.map((row) => row.name)).toEqual(names);
	expect(await migrate(db)).toEqual([]);
	expect((await noted()).rows).toHaveLength(names.length);
	await db.query("SELECT FROM chunks");
	await db.close();
});

test.skipIf(!inject("serverUrl"))("several processes may start on an empty database at once", async () => {
	await empty();
	const config = loadConfig(database.settings);
	const services = await Promise.all([1, 2, 3].map(() => createService(config, createLog("silent"), { worker: true })));
	const { rows } = await (services[0] as (typeof services)[0]).db.query("SELECT FROM migrations");
	expect(rows).toHaveLength(readMigrations().length);
	await Promise.all(services.map((service) => service.close()));
});

test("a newer database is refused, and says what to do", async () => {
	const db = await openDatabase(database.settings);
	await db.query("INSERT INTO migrations (version, name) VALUES (999, '000999-from-the-future.sql')");
	await db.close();
	await expect(openDatabase(database.settings)).rejects.toMatchObject({
		code: "configuration",
		message: expect.stringMatching(/version 999.*knows \d+.*newer Excerpt/),
	});
});
