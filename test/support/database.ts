import { randomBytes } from "node:crypto";
import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { inject } from "vitest";
import type { Database } from "../../src/db/database.ts";
import { openDatabase } from "../../src/db/open.ts";

/** Settings of a service with an empty database of its own, and how to be rid of it. */
export type TestDatabase = { settings: { DATA_DIR: string; DATABASE_URL: string }; remove(): Promise<void> };

/** A copy of the template, on the engine this run is for. */
export async function createTestDatabase(): Promise<TestDatabase> {
	const directory = await mkdtemp(join(tmpdir(), "excerpt-test-"));
	const serverUrl = inject("serverUrl");
	if (!serverUrl) {
		await cp(inject("template"), directory, { recursive: true });
		return {
			settings: { DATA_DIR: directory, DATABASE_URL: "" },
			remove: () => rm(directory, { recursive: true, force: true }),
		};
	}
	const name = `excerpt_test_${randomBytes(6).toString("hex")}`;
	await onServer(serverUrl, `CREATE DATABASE ${name} TEMPLATE ${inject("template")}`);
	return {
		settings: { DATA_DIR: directory, DATABASE_URL: Object.assign(new URL(serverUrl), { pathname: `/${name}` }).href },
		async remove() {
			await onServer(serverUrl, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
			await rm(directory, { recursive: true, force: true });
		},
	};
}

/** Opens the database of a server that does not run. */
export async function useDatabase<T>({ settings }: TestDatabase, use: (db: Database) => Promise<T>): Promise<T> {
	const db = await openDatabase(settings);
	try {
		return await use(db);
	} finally {
		await db.close();
	}
}

async function onServer(url: string, statement: string): Promise<void> {
	const client = new pg.Client({ connectionString: url });
	await client.connect();
	try {
		await client.query(statement);
	} finally {
		await client.end();
	}
}
