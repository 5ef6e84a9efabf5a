import { Command, Option } from "commander";
import { createService } from "../app.ts";
import { loadConfig } from "../config.ts";
import { createLog } from "../log.ts";
import { listen } from "./listen.ts";

export const serveCommand = new Command("serve")
	.description("Serve the HTTP API, and ingest what is uploaded.")
	.addOption(new Option("--no-worker", "serve only; `excerpt worker` ingests (needs DATABASE_URL)"))
	.action(async ({ worker }: { worker: boolean }) => {
		const config = loadConfig();
		const log = createLog(config.LOG_LEVEL);
		const service = await createService(config, log, { worker });
		await listen(service, config, log);
	});
