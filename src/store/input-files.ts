import type { Handle } from "../db/handle.ts";
import type { FileStatus, LastError } from "./vector-store-files.ts";

/** The store that a file is read through where an input names it; there is one for each file at the most. */
export type InputFileRow = {
	file_id: string;
	filename: string;
	vector_store_id: string;
	status: FileStatus;
	last_error: LastError | null;
	embedding_model: string | null;
};

/** Those of the files that have a store; of files that were removed nothing comes back. */
export async function findInputFiles(db: Handle, projectId: string, fileIds: string[]): Promise<InputFileRow[]> {
	const { rows } = await db.query<InputFileRow>(
		`SELECT f.id AS file_id, f.filename, v.id AS vector_store_id, s.status, s.last_error, i.embedding_model
		 FROM files f
		 JOIN vector_stores v ON v.input_file_id = f.id
		 JOIN vector_store_files s ON s.vector_store_id = v.id AND s.file_id = f.id
		 JOIN indexes i ON i.id = v.active_index_id
		 WHERE f.project_id = $1 AND f.id = ANY($2::text[])`,
		[projectId, fileIds],
	);
	return rows;
}

/** Until the transaction ends nobody else makes a store for the file. False where the file is gone. */
export async function lockFile(tx: Handle, projectId: string, fileId: string): Promise<boolean> {
	const { rowCount } = await tx.query("SELECT FROM files WHERE project_id = $1 AND id = $2 FOR UPDATE", [
		projectId,
		fileId,
	]);
	return rowCount === 1;
}

/** Stores of inputs' files that nothing has asked for as long as they are kept. */
export async function findIdleInputStores(db: Handle): Promise<{ id: string; project_id: string }[]> {
	const { rows } = await db.query<{ id: string; project_id: string }>(
		`SELECT id, project_id FROM vector_stores
		 WHERE input_file_id IS NOT NULL AND last_active_at + make_interval(days => expires_after_days) <= now()`,
	);
	return rows;
}
