import type { VectorStore } from "openai/resources/vector-stores/vector-stores";
import type { VectorStoreRow } from "../store/vector-stores.ts";
import { unixSeconds } from "./timestamps.ts";

const DAY_SECONDS = 24 * 60 * 60;

export function vectorStoreBody(row: VectorStoreRow): VectorStore {
	const { in_progress, completed, failed, cancelled } = row;
	const last_active_at = unixSeconds(row.last_active_at);
	const days = row.expires_after_days;
	return {
		id: row.id,
		object: "vector_store",
		created_at: unixSeconds(row.created_at),
		name: row.name,
		usage_bytes: row.usage_bytes,
		file_counts: { in_progress, completed, failed, cancelled, total: in_progress + completed + failed + cancelled },
		status: row.expired ? "expired" : in_progress > 0 ? "in_progress" : "completed",
		...(days !== null && { expires_after: { anchor: "last_active_at", days } }),
		expires_at: days === null ? null : last_active_at + days * DAY_SECONDS,
		last_active_at,
		metadata: row.metadata,
	};
}
