import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Config } from "../config.ts";
import { ExcerptError, messageOf } from "../errors.ts";
import { withoutSecrets } from "../log.ts";
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
		if (config.DATABASE_URL) await requireConnection(database);
		await migrate(database);
	} catch (error) {
		await database.close();
		throw error;
	}
	return database;
}

async function requireConnection(database: Database): Promise<void> {
	try {
		await database.query("SELECT 1");
	} catch (error) {
		// Of several addresses that all refused, node-postgres tells only the code.
		const reason = messageOf(error) || (error as { code?: string }).code;
		throw new ExcerptError(
			"configuration",
			`The database in DATABASE_URL cannot be used: ${withoutSecrets(String(reason))}. Check the address, the user and that Postgres runs.`,
			{ cause: error },
		);
	}
}

function embeddedDirectory(dataDirectory: string): string {
	mkdirSync(dataDirectory, { recursive: true });
	return join(dataDirectory, "database");
}
