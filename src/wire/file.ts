import type { FileObject } from "openai/resources/files";
import type { FileRow } from "../store/files.ts";
import { unixSeconds } from "./timestamps.ts";

export function fileBody(row: FileRow): FileObject {
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
	};
}
