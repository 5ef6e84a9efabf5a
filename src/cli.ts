#!/usr/bin/env node
import { Command } from "commander";
import { askCommand } from "./cli/ask.ts";
import { demoCommand } from "./cli/demo.ts";
import { ingestCommand } from "./cli/ingest.ts";
import { migrateCommand } from "./cli/migrate.ts";
import { previewCommand } from "./cli/preview.ts";
import { searchCommand } from "./cli/search.ts";
import { serveCommand } from "./cli/serve.ts";
import { settingsHelp } from "./cli/settings-help.ts";
import { statusCommand } from "./cli/status.ts";
import { workerCommand } from "./cli/worker.ts";
import { ExcerptError, messageOf } from "./errors.ts";

const program = new Command("excerpt")
	.description("Answers questions about your documents, with citations, over OpenAI's wire protocol.")
	.addCommand(serveCommand)
	.addCommand(workerCommand)
	.addCommand(ingestCommand)
	.addCommand(askCommand)
	.addCommand(searchCommand)
	.addCommand(statusCommand)
	.addCommand(previewCommand)
	.addCommand(migrateCommand)
	.addCommand(demoCommand)
	.addHelpText("after", settingsHelp)
	.showHelpAfterError("(excerpt --help shows what there is)");

try {
	await program.parseAsync();
} catch (error) {
	// What we foresaw says what to do next; anything else is a bug, and its stack helps whoever reports it.
	console.error(
		error instanceof ExcerptError
			? `excerpt: ${error.message}`
			: `excerpt: ${(error as Error).stack ?? messageOf(error)}`,
	);
	process.exitCode = 1;
}
