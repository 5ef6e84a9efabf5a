import type { Handle } from "../db/handle.ts";
import type { JobQueue } from "../jobs/queue.ts";
import { settleIndex } from "../jobs/settle-index.ts";
import { listIndexIds } from "../store/indexes.ts";

/** Sends a settle job for each index of the store, in the transaction that took something out of it. */
export async function settleStore(tx: Handle, queue: JobQueue, vectorStoreId: string): Promise<void> {
	for (const id of await listIndexIds(tx, vectorStoreId)) {
		await queue.send(settleIndex, { index_id: id }, { tx, key: String(id), delaySeconds: 2 });
	}
}
