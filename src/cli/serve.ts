import { Command, Option } from "commander";
import { loadConfig } from "../config.ts";
import { ExcerptError } from "../errors.ts";
import { createLog } from "../log.ts";
import { listen } from "./listen.ts";

export const serveCommand = new Command("serve")
	.description("Serve the HTTP API, and ingest what is uploaded.")
	.addOption(new Option("--no-worker", "serve only; `excerpt worker` ingests (needs DATABASE_URL)"))
	.action(async ({ worker }: { worker: boolean }) => {
		const config = loadConfig();
		if (!worker && !config.DATABASE_URL) {
			throw new ExcerptError(
				"configuration",
				"--no-worker needs a database to share with `excerpt worker`: set DATABASE_URL. Without one nothing would ever be ingested.",
			);
		}
		const log = createLog(config.LOG_LEVEL);
		const { createService } = await import("../app.ts");
		const service = await createService(config, log, { worker, background: true });
		await listen(service, config, log);
	});
