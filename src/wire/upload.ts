import type { UploadPart } from "openai/resources/uploads/parts";
import type { Upload } from "openai/resources/uploads/uploads";
import type { FileRow } from "../store/files.ts";
import type { UploadPartRow } from "../store/upload-parts.ts";
import type { UploadRow } from "../store/uploads.ts";
import { fileBody } from "./file.ts";
import { unixSeconds } from "./timestamps.ts";

/** `file`: what a completed upload became; null before, and where that was deleted since. */
export function uploadBody(row: UploadRow, file: FileRow | null = null): Upload {
	return {
		id: row.id,
		object: "upload",
		bytes: row.bytes,
		created_at: unixSeconds(row.created_at),
		filename: row.filename,
		purpose: row.purpose,
		status: row.status,
		expires_at: unixSeconds(row.expires_at),
		file: file && fileBody(file),
	};
}

export function uploadPartBody(row: UploadPartRow): UploadPart {
	return { id: row.id, object: "upload.part", created_at: unixSeconds(row.created_at), upload_id: row.upload_id };
}
