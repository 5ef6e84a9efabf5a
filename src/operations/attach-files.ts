import type { ChunkingStrategy } from "../chunking-strategy.ts";
import type { Handle } from "../db/handle.ts";
import { notFound } from "../errors.ts";
import { ingestFile } from "../jobs/ingest-file.ts";
import type { JobQueue } from "../jobs/queue.ts";
import { findFiles } from "../store/files.ts";
import { type Attachment, attachFiles, type VectorStoreFileRow } from "../store/vector-store-files.ts";
import type { Attributes } from "../types.ts";

export type FileToAttach = { file_id: string; attributes?: Attributes | null; chunking_strategy?: ChunkingStrategy };

/**
 * Puts files into a store and sends their jobs, in the caller's transaction: what is acknowledged will be ingested.
 * Throws 404 for the first file that does not exist; then none is attached.
 */
export async function attachToStore(
	tx: Handle,
	queue: JobQueue,
	projectId: string,
	vectorStoreId: string,
	files: FileToAttach[],
): Promise<VectorStoreFileRow[]> {
	// A file named twice is attached once, as it was named last.
	const attachments = new Map<string, Attachment>();
	for (const { file_id, attributes, chunking_strategy } of files) {
		attachments.set(file_id, { file_id, attributes: attributes ?? {}, chunking_strategy: chunking_strategy ?? null });
	}
	const ids = [...attachments.keys()];
	const known = new Set((await findFiles(tx, projectId, ids)).map((file) => file.id));
	const missing = ids.find((id) => !known.has(id));
	if (missing !== undefined) throw notFound(`No such File object: ${missing}`, "file_id");

	const rows = await attachFiles(tx, projectId, vectorStoreId, [...attachments.values()]);
	await queue.sendAll(
		ingestFile,
		ids.map((id) => ({ data: { vector_store_id: vectorStoreId, file_id: id }, key: `${vectorStoreId}:${id}` })),
		tx,
	);
	return rows;
}
