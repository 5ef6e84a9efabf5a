import type { FileObject } from "openai/resources/files";
import type { CsvOptions } from "../csv-options.ts";
import type { FileRow } from "../store/files.ts";
import { unixSeconds } from "./timestamps.ts";

/** `csv` is ours beside OpenAI's keys: what was said of the file when it was uploaded. */
export function fileBody(row: FileRow): FileObject & { csv?: CsvOptions } {
	return {
		id: row.id,
		object: "file",
		bytes: row.bytes,
		created_at: unixSeconds(row.created_at),
		...(row.expires_at && { expires_at: unixSeconds(row.expires_at) }),
		filename: row.filename,
		purpose: row.purpose as FileObject["purpose"],
		// Deprecated but required: clients that wait for a file to be processed wait for this.
		status: "processed",
		...(row.csv && { csv: row.csv }),
	};
}
