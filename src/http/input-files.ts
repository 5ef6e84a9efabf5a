import { setTimeout } from "node:timers/promises";
import { ExcerptError } from "../errors.ts";
import { openInputFile } from "../operations/open-input-file.ts";
import { findInputFiles, type InputFileRow } from "../store/input-files.ts";
import { touchVectorStores } from "../store/vector-stores.ts";
import type { HttpDeps } from "./env.ts";

const POLL_MS = 50;
const LONGEST_POLL_MS = 500;

/**
 * The stores through which files of an input are read, once all are ready. A file is read when it is first named, and kept
 * while it is asked. Files that were removed since are left out. Throws 400 where one cannot be read (`invalid_file`,
 * `unsupported_file`), and where reading takes longer than a request may wait (`file_not_ready`).
 */
export async function openInputFiles(
	{ db, queue, embedder, config }: HttpDeps,
	projectId: string,
	fileIds: string[],
	signal: AbortSignal,
): Promise<Map<string, string>> {
	for (const id of fileIds) {
		await db.transaction((tx) => openInputFile(tx, queue, projectId, id, embedder?.model ?? null));
	}
	const end = Date.now() + config.INPUT_FILE_SECONDS * 1000;
	for (let wait = POLL_MS; ; wait = Math.min(wait * 1.5, LONGEST_POLL_MS)) {
		const files = fileIds.length > 0 ? await findInputFiles(db, projectId, fileIds) : [];
		const failed = files.find(({ status }) => status === "failed" || status === "cancelled");
		if (failed) throw unreadable(failed);
		const [unready] = files.filter(({ status }) => status === "in_progress");
		const stores = new Map(files.map(({ file_id, vector_store_id }) => [file_id, vector_store_id]));
		if (!unready) {
			if (stores.size > 0) await touchVectorStores(db, [...stores.values()]);
			return stores;
		}
		if (Date.now() > end) throw notReady(unready, config.INPUT_FILE_SECONDS);
		await setTimeout(wait, undefined, { signal });
	}
}

function unreadable({ filename, file_id, last_error }: InputFileRow): ExcerptError {
	const code = last_error?.code === "unsupported_file" ? "unsupported_file" : "invalid_file";
	const why = last_error?.message ?? "It could not be read.";
	return new ExcerptError(code, `The file '${filename}' (${file_id}) cannot be asked: ${why}`, { param: "input" });
}

function notReady({ filename, file_id }: InputFileRow, seconds: number): ExcerptError {
	return new ExcerptError(
		"file_not_ready",
		`The file '${filename}' (${file_id}) is not read yet after ${seconds} s, and goes on being read. Ask again in a while; large files are better put into a vector store, whose progress can be watched.`,
		{ param: "input" },
	);
}
