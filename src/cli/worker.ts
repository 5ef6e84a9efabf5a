import { Command } from "commander";
import { loadConfig } from "../config.ts";
import { ExcerptError } from "../errors.ts";
import { createLog } from "../log.ts";

export const workerCommand = new Command("worker")
	.description("Ingest what is uploaded to servers that share this DATABASE_URL, without serving.")
	.action(async () => {
		const config = loadConfig();
		if (!config.DATABASE_URL) {
			throw new ExcerptError(
				"configuration",
				"A worker of its own needs a database to share: set DATABASE_URL. Without one `excerpt serve` ingests by itself.",
			);
		}
		const log = createLog(config.LOG_LEVEL);
		const { createService } = await import("../app.ts");
		const service = await createService(config, log, { worker: true });
		log.info({}, "worker started");
		const stop = () => {
			process.once("SIGINT", () => process.exit(1));
			void service.close();
		};
		process.once("SIGINT", stop);
		process.once("SIGTERM", stop);
	});
