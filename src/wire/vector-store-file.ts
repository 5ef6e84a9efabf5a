import type { VectorStoreFile } from "openai/resources/vector-stores/files";
import type { ChunkingStrategy } from "../chunking-strategy.ts";
import type { Progress, VectorStoreFileRow } from "../store/vector-store-files.ts";
import { chunkingStrategyBody } from "./chunking-strategy.ts";
import { unixSeconds } from "./timestamps.ts";

/** Ours beside OpenAI's keys: what the worker is at, and why it waits. */
type Extra = { stage: string | null; progress: Progress | null };

/** `storeStrategy` is what the file has where none was given with it. */
export function vectorStoreFileBody(row: VectorStoreFileRow, storeStrategy: ChunkingStrategy): VectorStoreFile & Extra {
	return {
		id: row.file_id,
		object: "vector_store.file",
		usage_bytes: row.usage_bytes,
		created_at: unixSeconds(row.created_at),
		vector_store_id: row.vector_store_id,
		status: row.status,
		last_error: row.last_error,
		chunking_strategy: chunkingStrategyBody(row.chunking_strategy ?? storeStrategy),
		attributes: row.attributes,
		stage: row.stage,
		progress: row.progress,
	};
}
