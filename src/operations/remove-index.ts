import type { Handle } from "../db/handle.ts";
import type { JobQueue } from "../jobs/queue.ts";
import { settleIndex } from "../jobs/settle-index.ts";
import { lockActiveIndex, removeIndex } from "../store/index-builds.ts";

/**
 * Removes an index that its store does not answer from: its rows at once, its chunks step by step. False where it has
 * become the active one.
 */
export async function removeUnusedIndex(
	tx: Handle,
	queue: JobQueue,
	{ id, vector_store_id }: { id: number; vector_store_id: string },
): Promise<boolean> {
	if ((await lockActiveIndex(tx, vector_store_id)) === id) return false;
	await removeIndex(tx, id);
	await queue.send(settleIndex, { index_id: id }, { tx, key: String(id), delaySeconds: 2 });
	return true;
}
