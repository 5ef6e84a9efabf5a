import type { Handle } from "../db/handle.ts";
import type { JobQueue } from "../jobs/queue.ts";
import { type ComparisonError, deleteComparison, endUnfinished } from "../store/comparisons.ts";
import { listHiddenIndexes } from "../store/hidden-indexes.ts";
import { lockActiveIndex } from "../store/index-builds.ts";
import { clearQuestionVectors } from "../store/question-vectors.ts";
import { removeUnusedIndex } from "./remove-index.ts";

type Comparison = { id: string; vector_store_id: string };

/** Ends a comparison that is queued or under way, and removes what was built for it. False where it had ended before. */
export async function endComparison(
	tx: Handle,
	queue: JobQueue,
	{ id, vector_store_id }: Comparison,
	end: { status: "cancelled" } | { status: "failed"; last_error: ComparisonError },
): Promise<boolean> {
	// Before the comparison's row: who deletes the store takes them in this order.
	await lockActiveIndex(tx, vector_store_id);
	if (!(await endUnfinished(tx, id, end))) return false;
	await clearQuestionVectors(tx, id);
	await removeHiddenIndexes(tx, queue, id);
	return true;
}

/** Removes a comparison in whatever state, with its results and what was built for it; an index that was activated stays. */
export async function removeComparison(
	tx: Handle,
	queue: JobQueue,
	{ id, vector_store_id }: Comparison,
): Promise<void> {
	await lockActiveIndex(tx, vector_store_id);
	await deleteComparison(tx, id);
	await removeHiddenIndexes(tx, queue, id);
}

async function removeHiddenIndexes(tx: Handle, queue: JobQueue, id: string): Promise<void> {
	for (const index of await listHiddenIndexes(tx, id)) await removeUnusedIndex(tx, queue, index);
}
