import type { BlobStore } from "../src/blobs/blob-store.ts";
import type { Database } from "../src/db/database.ts";
import type { Handle } from "../src/db/handle.ts";
import type { JobQueue } from "../src/jobs/queue.ts";
import { settleIndex } from "../src/jobs/settle-index.ts";
import { removeStore } from "../src/operations/open-input-file.ts";
import { removeFile } from "../src/operations/remove-file.ts";
import { removeUnusedIndex } from "../src/operations/remove-index.ts";
import { deleteAbandonedDocuments } from "../src/store/documents.ts";
import { findExpiredFiles, findUnheldBlobs } from "../src/store/files.ts";
import { findSpentHiddenIndexes } from "../src/store/hidden-indexes.ts";
import { findDispensableIndexes, lockActiveIndex } from "../src/store/index-builds.ts";
import { findUnwantedIndexes } from "../src/store/indexes.ts";
import { findIdleInputStores } from "../src/store/input-files.ts";
import { deleteOldEvents } from "../src/store/response-events.ts";
import { deleteExpiredParts } from "../src/store/upload-parts.ts";
import { deleteOldUploads } from "../src/store/uploads.ts";

type Deps = { db: Database; blobs: BlobStore; queue: JobQueue };

/** An upload writes its blob first and its row after; younger blobs may still be waiting for theirs. */
const UPLOAD_MS = 60 * 60 * 1000;

/** A stream that broke is resumed soon; the response itself stays. */
const EVENTS_HOURS = 24;

/** Who compared settings may ask and activate what was built for it; the results stay. */
const COMPARED_DAYS = 7;

/** Removes what has expired and what a crash left behind. */
export async function sweepLeftovers({ db, blobs, queue }: Deps): Promise<void> {
	for (const file of await findExpiredFiles(db)) await removeFile({ db, blobs, queue }, file.project_id, file.id);
	for (const { id, project_id } of await findIdleInputStores(db)) {
		await db.transaction((tx) => removeStore(tx, queue, project_id, id));
	}
	for (const part of await deleteExpiredParts(db)) await blobs.remove(part);
	await deleteOldUploads(db);
	await deleteAbandonedDocuments(db);
	await deleteOldEvents(db, EVENTS_HOURS);
	for (const index of await findSpentIndexes(db)) await removeIfSpent(db, queue, index);
	for (const id of await findUnwantedIndexes(db)) await queue.send(settleIndex, { index_id: id }, { key: String(id) });
	for await (const ids of blobs.list(UPLOAD_MS)) {
		for (const id of await findUnheldBlobs(
			db,
			ids.map((name) => name.replace(/\.partial$/, "")),
		)) {
			await blobs.remove(id);
			await blobs.remove(`${id}.partial`);
		}
	}
}

type SpentIndex = { id: number; vector_store_id: string };

async function findSpentIndexes(db: Handle, vectorStoreId?: string): Promise<SpentIndex[]> {
	const dispensable = await findDispensableIndexes(db, vectorStoreId);
	return [...dispensable, ...(await findSpentHiddenIndexes(db, COMPARED_DAYS, vectorStoreId))];
}

async function removeIfSpent(db: Database, queue: JobQueue, index: SpentIndex): Promise<void> {
	await db.transaction(async (tx) => {
		// Who activates it holds the same lock. It may have been activated since it was found, and be waiting to be built up to date.
		await lockActiveIndex(tx, index.vector_store_id);
		const spent = await findSpentIndexes(tx, index.vector_store_id);
		if (spent.some(({ id }) => id === index.id)) await removeUnusedIndex(tx, queue, index);
	});
}
