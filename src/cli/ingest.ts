import { Command } from "commander";
import { loadConfig } from "../config.ts";
import { ExcerptError } from "../errors.ts";
import { connect } from "./connect.ts";
import { addCsvFlags, type CsvFlags } from "./csv-flags.ts";
import { findStore } from "./find-store.ts";
import { describeFiles } from "./local-files.ts";
import { stopSignal } from "./stop-signal.ts";
import { ingestFiles, type Outcome } from "./upload.ts";
import { watchPaths } from "./watch.ts";

type Options = { store: string; watch?: boolean } & CsvFlags;

export const ingestCommand = new Command("ingest")
	.description(
		"Upload files and folders into a vector store and wait until they can be asked. What is there already is left alone, but for CSV files that are to be read otherwise than they were.",
	)
	.argument("<paths...>", "files, or folders with all that is in them")
	.option("-s, --store <name>", "name or id of the vector store; made where there is none of that name", "documents")
	.option("-w, --watch", "go on and upload what is added or changed, until Ctrl-C")
	.action(async (paths: string[], { store: name, watch, ...csv }: Options) => {
		const connection = await connect(loadConfig(), { worker: true });
		try {
			const store =
				(await findStore(connection.client, name)) ?? (await connection.client.vectorStores.create({ name }));
			const { client } = connection;
			const files = await describeFiles(paths, csv);
			const stop = stopSignal();
			const outcome = await ingestFiles(client, store.id, files, { signal: stop });
			if (!watch && !stop.aborted) report(outcome, name);
			else if (stop.aborted) tellStopped(outcome);
			else {
				tell(outcome, name);
				console.log("Watching for changes; Ctrl-C ends.");
				await watchPaths({ client, storeId: store.id, paths, csv, files, ids: outcome.ids }, stop);
			}
		} finally {
			await connection.close();
		}
	});
addCsvFlags(ingestCommand);

/** Tells the outcome, and ends the command with 1 where a file failed. */
export function report(outcome: Outcome, storeName: string): void {
	tell(outcome, storeName);
	const { taken, unchanged, failed } = outcome;
	if (failed.length > 0 && taken === failed.length && unchanged === 0)
		throw new ExcerptError("invalid_file", "No file could be ingested.");
	if (failed.length > 0) process.exitCode = 1;
}

/** One line for each file that failed, and one for all. */
function tell({ taken, unchanged, failed }: Outcome, storeName: string): void {
	for (const { filename, message } of failed) console.error(`${filename}: ${message}`);
	const parts = [`${taken - failed.length} ingested`, `${unchanged} unchanged`, `${failed.length} failed`];
	console.log(`${storeName}: ${parts.join(", ")}.`);
}

/** What was uploaded is ingested by whichever process next has the database; the same command waits for it again. */
function tellStopped({ unfinished }: Outcome): void {
	if (unfinished === 0) return;
	console.error(
		`Stopped with ${unfinished} files to go; Ctrl-C again ends at once. Nothing is lost: the same command goes on with them.`,
	);
	process.exitCode = 130;
}
