import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Config } from "../config.ts";
import type { Database } from "./database.ts";
import { migrate } from "./migrate.ts";
import { openEmbedded } from "./open-embedded.ts";
import { openPostgres } from "./open-postgres.ts";

/** Opens Postgres where `DATABASE_URL` is set, the embedded database in `DATA_DIR` otherwise, and migrates it. */
export async function openDatabase(config: Pick<Config, "DATABASE_URL" | "DATA_DIR">): Promise<Database> {
	const database = config.DATABASE_URL
		? openPostgres(config.DATABASE_URL)
		: await openEmbedded(embeddedDirectory(config.DATA_DIR));
	try {
		await migrate(database);
	} catch (error) {
		await database.close();
		throw error;
	}
	return database;
}

function embeddedDirectory(dataDirectory: string): string {
	mkdirSync(dataDirectory, { recursive: true });
	return join(dataDirectory, "database");
}
