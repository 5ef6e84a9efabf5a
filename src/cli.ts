#!/usr/bin/env node
import { Command } from "commander";
import { APIError } from "openai";
import { askCommand } from "./cli/ask.ts";
import { compareCommand } from "./cli/compare.ts";
import { demoCommand } from "./cli/demo.ts";
import { ingestCommand } from "./cli/ingest.ts";
import { migrateCommand } from "./cli/migrate.ts";
import { previewCommand } from "./cli/preview.ts";
import { reindexCommand } from "./cli/reindex.ts";
import { searchCommand } from "./cli/search.ts";
import { serveCommand } from "./cli/serve.ts";
import { settingsHelp, settingsHint } from "./cli/settings-help.ts";
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
	.addCommand(reindexCommand)
	.addCommand(compareCommand)
	.addCommand(migrateCommand)
	.addCommand(demoCommand)
	.addHelpText("afterAll", ({ command }) => (command.parent ? settingsHint : settingsHelp()))
	.showHelpAfterError("(excerpt --help shows what there is)");
for (const command of program.commands) command.copyInheritedSettings(program);

try {
	await program.parseAsync();
} catch (error) {
	console.error(`excerpt: ${describe(error)}`);
	process.exitCode = 1;
}

/** What we or the server foresaw says what to do next; anything else is a bug, and its stack helps whoever reports it. */
function describe(error: unknown): string {
	if (error instanceof ExcerptError || error instanceof APIError) return error.message;
	return (error as Error).stack ?? messageOf(error);
}
