import { ExcerptError, notFound } from "../errors.ts";
import type { UploadRow } from "../store/uploads.ts";

/** Throws 404 where there is no upload, 400 where its time is over. */
export function requirePending(upload: UploadRow | undefined, id: string): asserts upload is UploadRow {
	if (!upload) throw notFound(`No such Upload object: ${id}.`, "upload_id");
	if (upload.status === "pending") return;
	throw new ExcerptError(
		"invalid_value",
		`The upload '${id}' is ${upload.status} and takes nothing more. Create a new one.`,
		{ param: "upload_id" },
	);
}
