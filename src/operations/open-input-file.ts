import type { Handle } from "../db/handle.ts";
import type { JobQueue } from "../jobs/queue.ts";
import { findInputFiles, type InputFileRow, lockFile } from "../store/input-files.ts";
import { deleteVectorStore } from "../store/vector-stores.ts";
import { attachToStore } from "./attach-files.ts";
import { createVectorStore } from "./create-vector-store.ts";
import { settleStore } from "./settle-store.ts";

/** A conversation that goes on after that long has its files read again; what is embedded is paid for as long. */
const KEPT_DAYS = 7;

/**
 * Makes the store that a file of an input is read through, unless it is there; undefined where the file is gone. One that
 * cannot be used any more is made anew: it was embedded with another model, or given up for a reason that was not the file's.
 */
export async function openInputFile(
	tx: Handle,
	queue: JobQueue,
	projectId: string,
	fileId: string,
	embeddingModel: string | null,
): Promise<InputFileRow | undefined> {
	if (!(await lockFile(tx, projectId, fileId))) return undefined;
	const [known] = await findInputFiles(tx, projectId, [fileId]);
	if (known && isUsable(known, embeddingModel)) return known;
	if (known) await removeStore(tx, queue, projectId, known.vector_store_id);
	const id = await createVectorStore(tx, {
		project_id: projectId,
		name: "",
		description: null,
		metadata: {},
		expires_after_days: KEPT_DAYS,
		chunking_strategy: { type: "auto" },
		embedding_model: embeddingModel,
		input_file_id: fileId,
	});
	await attachToStore(tx, queue, projectId, id, [{ file_id: fileId }]);
	return (await findInputFiles(tx, projectId, [fileId]))[0];
}

/** Removes a store with all that it holds; the file stays. */
export async function removeStore(tx: Handle, queue: JobQueue, projectId: string, id: string): Promise<void> {
	await settleStore(tx, queue, id);
	await deleteVectorStore(tx, projectId, id);
}

function isUsable({ status, last_error, embedding_model }: InputFileRow, embeddingModel: string | null): boolean {
	if (embedding_model !== null && embedding_model !== embeddingModel) return false;
	return status === "in_progress" || status === "completed" || last_error?.code !== "server_error";
}
