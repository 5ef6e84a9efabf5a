import type { VectorStoreFileBatch } from "openai/resources/vector-stores/file-batches";
import type { FileBatchRow } from "../store/file-batches.ts";
import { unixSeconds } from "./timestamps.ts";

export function fileBatchBody(row: FileBatchRow): VectorStoreFileBatch {
	const { in_progress, completed, failed, cancelled, total } = row;
	return {
		id: row.id,
		object: "vector_store.files_batch",
		created_at: unixSeconds(row.created_at),
		vector_store_id: row.vector_store_id,
		status: row.is_cancelled
			? "cancelled"
			: in_progress > 0
				? "in_progress"
				: failed === total
					? "failed"
					: "completed",
		file_counts: { in_progress, completed, failed, cancelled, total },
	};
}
