import { stat, writeFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { ExcerptError, messageOf } from "../errors.ts";

/** Throws where the folder of a report that is yet to come is not there: after the comparison would be too late to say so. */
export async function requireFolder(report: string | undefined): Promise<void> {
	if (report === undefined) return;
	const folder = dirname(resolve(report));
	const entry = await stat(folder).catch(() => undefined);
	if (!entry?.isDirectory())
		throw new ExcerptError("not_found", `There is no folder '${folder}' to write the report to.`);
}

/** Writes the report, and returns its path. */
export async function writeReport(path: string, page: string): Promise<string> {
	try {
		await writeFile(path, page);
		return path;
	} catch (error) {
		throw new ExcerptError(
			"server_error",
			`The report could not be written: ${messageOf(error)}. --report names another place.`,
		);
	}
}
