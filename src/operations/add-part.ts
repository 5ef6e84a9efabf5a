import type { Readable } from "node:stream";
import type { BlobStore } from "../blobs/blob-store.ts";
import type { Database } from "../db/database.ts";
import { ExcerptError } from "../errors.ts";
import { insertPart, listParts, type UploadPartRow } from "../store/upload-parts.ts";
import { lockUpload, type UploadRow } from "../store/uploads.ts";
import { requirePending } from "./require-pending.ts";

/** OpenAI's limit of one part. */
const MAX_PART_BYTES = 64 * 1024 * 1024;

/** All parts of an upload may come to so many times its bytes: a part whose answer was lost is sent again. */
const MAX_TIMES = 2;

/** Stores a part's bytes durably under its id. Throws 413 where they are more than the upload, or any part, may have. */
export async function writePart(blobs: BlobStore, upload: UploadRow, id: string, bytes: Readable): Promise<number> {
	const most = Math.min(MAX_PART_BYTES, upload.bytes);
	try {
		return (await blobs.write(id, bytes, most)).bytes;
	} catch (error) {
		if (!(error instanceof ExcerptError && error.code === "file_too_large")) throw error;
		const why =
			most === MAX_PART_BYTES
				? `A part may have ${most} bytes. Send the rest as further parts.`
				: `The part is larger than the ${most} bytes that the upload was created for. Create an upload of the file's true size.`;
		throw new ExcerptError("file_too_large", why, { param: "data", cause: error });
	}
}

/** Makes a part of what was written; what is then acknowledged survives a crash. Throws 400 where the upload ended meanwhile. */
export async function addPart(
	db: Database,
	projectId: string,
	uploadId: string,
	part: { id: string; bytes: number },
): Promise<UploadPartRow> {
	return db.transaction(async (tx) => {
		const upload = await lockUpload(tx, projectId, uploadId);
		requirePending(upload, uploadId);
		const parts = await listParts(tx, projectId, uploadId);
		const sum = parts.reduce((total, { bytes }) => total + bytes, part.bytes);
		if (sum > MAX_TIMES * upload.bytes) {
			throw new ExcerptError(
				"file_too_large",
				`The parts of this upload come to ${sum} bytes, more than twice the ${upload.bytes} that it was created for. Complete it, or cancel it and create a new one.`,
				{ param: "data" },
			);
		}
		return insertPart(tx, projectId, { ...part, upload_id: uploadId });
	});
}
