import { Command } from "commander";
import { loadConfig } from "../config.ts";
import { lockDataDirectory } from "../db/lock.ts";

export const migrateCommand = new Command("migrate")
	.description("Bring the database to this version's schema and say so. The server does the same when it starts.")
	.action(async () => {
		const config = loadConfig();
		const lock = config.DATABASE_URL ? undefined : lockDataDirectory(config.DATA_DIR);
		try {
			const { openDatabase } = await import("../db/open.ts");
			const db = await openDatabase(config);
			const { rows } = await db.query<{ name: string; ran_at: Date }>(
				"SELECT name, ran_at FROM migrations ORDER BY version",
			);
			for (const { name, ran_at } of rows) console.log(`${ran_at.toISOString()}  ${name}`);
			console.log("The schema is up to date.");
			await db.close();
		} finally {
			lock?.release();
		}
	});
