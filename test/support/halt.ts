import { existsSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import pg from "pg";
import { type TestDatabase, useDatabase } from "./database.ts";
import { until } from "./until.ts";

/** A row that is written: `event` as in CREATE TRIGGER, and what holds of it in SQL, over NEW and OLD. */
export type Place = { event: string; when: string };

/** A place in the database that no process gets past. */
export type Halt = {
	/** Waits until one stands there. */
	reached(): Promise<void>;
	/** Lets whoever comes pass. On PGlite only once the process that stood there is dead. */
	lift(): Promise<void>;
};

/** Of advisory locks that nobody but these tests takes. */
const LOCK = 4_711;

/**
 * Halts whoever writes such a row in the middle of its transaction, to be killed there. On Postgres it waits for a lock of
 * the test's own connection; PGlite runs within the process, which sleeps in it as a whole, and leaves a file that tells so.
 * To be set while no server runs.
 */
export async function haltAt(database: TestDatabase, place: Place): Promise<Halt> {
	return database.settings.DATABASE_URL ? haltPostgres(database, place) : haltEmbedded(database, place);
}

/**
 * Halts whoever builds a vector index on Postgres, at the end of the statement: it waits for all who might still see the
 * table without it.
 */
export async function haltAtVectorIndex(database: TestDatabase): Promise<Halt> {
	const [holder, watcher] = await Promise.all([connect(database), connect(database)]);
	await holder.query("BEGIN ISOLATION LEVEL REPEATABLE READ");
	await holder.query("SELECT FROM indexes");
	return {
		reached: () =>
			until("a vector index to be built but for the old snapshot", async () => {
				const { rowCount } = await watcher.query(
					"SELECT FROM pg_stat_progress_create_index WHERE datname = current_database() AND phase = 'waiting for old snapshots'",
				);
				return rowCount === 1;
			}).then(() => {}),
		lift: () => Promise.all([holder.end(), watcher.end()]).then(() => {}),
	};
}

async function connect(database: TestDatabase): Promise<pg.Client> {
	const client = new pg.Client({ connectionString: database.settings.DATABASE_URL });
	// A test that fails removes the database while this is still open.
	client.on("error", () => {});
	await client.connect();
	return client;
}

async function haltPostgres(database: TestDatabase, place: Place): Promise<Halt> {
	const holder = await connect(database);
	await holder.query("SELECT pg_advisory_lock($1)", [LOCK]);
	await holder.query(triggerOf(place, `PERFORM pg_advisory_xact_lock(${LOCK});`));
	return {
		reached: () =>
			until(`a connection to halt at ${place.event}`, async () => {
				const { rowCount } = await holder.query(
					`SELECT FROM pg_locks WHERE locktype = 'advisory' AND objid = $1 AND NOT granted
						AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
					[LOCK],
				);
				return rowCount === 1;
			}).then(() => {}),
		lift: () => holder.end(),
	};
}

async function haltEmbedded(database: TestDatabase, place: Place): Promise<Halt> {
	const mark = join(database.settings.DATA_DIR, "database", "halted");
	const halt = `
		EXECUTE format('COPY (SELECT 1) TO %L', current_setting('data_directory') || '/halted');
		PERFORM pg_sleep(3600);`;
	await useDatabase(database, (db) => db.query(triggerOf(place, halt)));
	return {
		reached: () => until(`the process to halt at ${place.event}`, () => existsSync(mark)).then(() => {}),
		async lift() {
			await useDatabase(database, (db) => db.query("DROP FUNCTION halt CASCADE"));
			await rm(mark);
		},
	};
}

/** One statement, because the adapter of PGlite sends no more at a time. */
function triggerOf({ event, when }: Place, halt: string): string {
	return `DO $do$ BEGIN
		CREATE FUNCTION halt() RETURNS trigger LANGUAGE plpgsql AS $$
		BEGIN
			IF ${when} THEN ${halt} END IF;
			RETURN NEW;
		END $$;
		CREATE TRIGGER halt ${event} FOR EACH ROW EXECUTE FUNCTION halt();
	END $do$`;
}
