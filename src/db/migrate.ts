import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { ExcerptError } from "../errors.ts";
import type { Database } from "./database.ts";

const DIRECTORY = fileURLToPath(new URL("../../sql/", import.meta.url));

/** Any constant will do, as long as all processes use the same: two that start together migrate one after the other. */
const MIGRATION_LOCK = 7_215_301;

type Migration = { version: number; name: string; sql: string };

/** The numbered files of `sql/`, in order. */
export function readMigrations(): Migration[] {
	return readdirSync(DIRECTORY)
		.filter((name) => /^\d{6}-.*\.sql$/.test(name))
		.sort()
		.map((name) => ({ version: Number(name.slice(0, 6)), name, sql: readFileSync(DIRECTORY + name, "utf8") }));
}

/**
 * Brings the database to the newest migration, each in its own transaction, and returns the names of those that ran.
 * Throws `ExcerptError` where the database is newer than this program.
 */
export async function migrate(database: Database): Promise<string[]> {
	const migrations = readMigrations();
	const newest = migrations.at(-1)?.version ?? 0;
	const applied: string[] = [];
	for (const migration of migrations) {
		const ran = await database.transaction(async (tx) => {
			await tx.query("SELECT pg_advisory_xact_lock($1)", [MIGRATION_LOCK]);
			await tx.query(
				"CREATE TABLE IF NOT EXISTS migrations (version int PRIMARY KEY, name text NOT NULL, ran_at timestamptz NOT NULL DEFAULT now())",
			);
			const { rows } = await tx.query<{ version: number }>(
				"SELECT coalesce(max(version), 0) AS version FROM migrations",
			);
			const version = rows[0]?.version ?? 0;
			if (version > newest) {
				throw new ExcerptError(
					"configuration",
					`The database is at schema version ${version}, this program knows ${newest}. Start a newer Excerpt, or restore a backup made before the upgrade.`,
				);
			}
			if (version >= migration.version) return false;
			// First, so that a second process waits here and not half-way through.
			await tx.query("INSERT INTO migrations (version, name) VALUES ($1, $2)", [migration.version, migration.name]);
			await tx.query(migration.sql);
			return true;
		});
		if (ran) applied.push(migration.name);
	}
	return applied;
}
