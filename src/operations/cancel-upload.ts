import type { BlobStore } from "../blobs/blob-store.ts";
import type { Database } from "../db/database.ts";
import { deleteParts } from "../store/upload-parts.ts";
import { cancelUpload, lockUpload, type UploadRow } from "../store/uploads.ts";
import { requirePending } from "./require-pending.ts";

/** Ends an upload and removes its parts; a second time does nothing. Throws 404, and 400 for one that ended otherwise. */
export async function cancelUploadOf(
	{ db, blobs }: { db: Database; blobs: BlobStore },
	projectId: string,
	id: string,
): Promise<UploadRow> {
	const { upload, parts } = await db.transaction(async (tx) => {
		const upload = await lockUpload(tx, projectId, id);
		if (upload?.status === "cancelled") return { upload, parts: [] };
		requirePending(upload, id);
		await cancelUpload(tx, projectId, id);
		return { upload, parts: await deleteParts(tx, projectId, id) };
	});
	for (const part of parts) await blobs.remove(part);
	return { ...upload, status: "cancelled" };
}
