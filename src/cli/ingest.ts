import { Command } from "commander";
import { loadConfig } from "../config.ts";
import { ExcerptError } from "../errors.ts";
import { connect } from "./connect.ts";
import { addCsvFlags, type CsvFlags } from "./csv-flags.ts";
import { findStore } from "./find-store.ts";
import { type Outcome, uploadAndIngest } from "./upload.ts";

export const ingestCommand = new Command("ingest")
	.description(
		"Upload files and folders into a vector store and wait until they can be asked. What is there already is left alone, but for CSV files that are to be read otherwise than they were.",
	)
	.argument("<paths...>", "files, or folders with all that is in them")
	.option("-s, --store <name>", "name or id of the vector store; made where there is none of that name", "documents")
	.action(async (paths: string[], { store: name, ...csv }: { store: string } & CsvFlags) => {
		const connection = await connect(loadConfig(), { worker: true });
		try {
			const store =
				(await findStore(connection.client, name)) ?? (await connection.client.vectorStores.create({ name }));
			const outcome = await uploadAndIngest(connection.client, store.id, paths, csv);
			report(outcome, name);
		} finally {
			await connection.close();
		}
	});
addCsvFlags(ingestCommand);

/** One line for each file that failed, and one for all. */
export function report({ uploaded, unchanged, failed }: Outcome, storeName: string): void {
	for (const { filename, message } of failed) console.error(`${filename}: ${message}`);
	const parts = [`${uploaded - failed.length} ingested`, `${unchanged} unchanged`, `${failed.length} failed`];
	console.log(`${storeName}: ${parts.join(", ")}.`);
	if (failed.length > 0 && uploaded === failed.length && unchanged === 0)
		throw new ExcerptError("invalid_file", "No file could be ingested.");
	if (failed.length > 0) process.exitCode = 1;
}
