import type { BlobStore } from "../blobs/blob-store.ts";
import type { Database } from "../db/database.ts";
import type { JobQueue } from "../jobs/queue.ts";
import { deleteFile } from "../store/files.ts";
import { detachFile, findStoresOfFile } from "../store/vector-store-files.ts";
import { settleStore } from "./settle-store.ts";

/** Removes a file from every vector store, then itself, then its bytes. False where there was none. */
export async function removeFile(
	{ db, blobs, queue }: { db: Database; blobs: BlobStore; queue: JobQueue },
	projectId: string,
	fileId: string,
): Promise<boolean> {
	const removed = await db.transaction(async (tx) => {
		for (const storeId of await findStoresOfFile(tx, fileId)) {
			await detachFile(tx, storeId, fileId);
			await settleStore(tx, queue, storeId);
		}
		return deleteFile(tx, projectId, fileId);
	});
	if (removed) await blobs.remove(fileId);
	return removed;
}
