import type { BuildRow } from "../store/index-builds.ts";
import { unixSeconds } from "./timestamps.ts";

/** Ours alone, so that `settings` are as they were given: a client can send them again. */
export function vectorStoreIndexBody(row: BuildRow) {
	const { chunking_strategy, embedding_model, embedding_dimensions, activate, keep } = row;
	return {
		id: row.public_id,
		object: "vector_store.index" as const,
		vector_store_id: row.vector_store_id,
		status: row.status,
		settings: { chunking_strategy, embedding_model, embedding_dimensions, activate, keep },
		stage: row.stage,
		progress: row.progress,
		counts: { files: row.files, chunks: row.chunks },
		last_error: row.last_error,
		created_at: unixSeconds(row.created_at),
		activated_at: row.activated_at && unixSeconds(row.activated_at),
	};
}
