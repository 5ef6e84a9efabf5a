import type { Handle } from "../db/handle.ts";

export type FileBatchRow = {
	id: string;
	vector_store_id: string;
	created_at: Date;
	is_cancelled: boolean;
	in_progress: number;
	completed: number;
	failed: number;
	cancelled: number;
	total: number;
};

export async function insertFileBatch(
	db: Handle,
	batch: { id: string; project_id: string; vector_store_id: string; file_ids: string[] },
): Promise<void> {
	await db.query("INSERT INTO file_batches (id, project_id, vector_store_id) VALUES ($1, $2, $3)", [
		batch.id,
		batch.project_id,
		batch.vector_store_id,
	]);
	await db.query("INSERT INTO file_batch_files (batch_id, project_id, file_id) SELECT $1, $2, unnest($3::text[])", [
		batch.id,
		batch.project_id,
		batch.file_ids,
	]);
}

/** The batch with its counts. A file that was removed from the store since counts as cancelled: it will not come. */
export async function getFileBatch(db: Handle, vectorStoreId: string, id: string): Promise<FileBatchRow | undefined> {
	const { rows } = await db.query<FileBatchRow>(
		`SELECT b.id, b.vector_store_id, b.created_at, b.cancelled_at IS NOT NULL AS is_cancelled,
			count(*) FILTER (WHERE s.status = 'in_progress') AS in_progress,
			count(*) FILTER (WHERE s.status = 'completed') AS completed,
			count(*) FILTER (WHERE s.status = 'failed') AS failed,
			count(*) FILTER (WHERE s.status = 'cancelled' OR s.status IS NULL) AS cancelled,
			count(*) AS total
		 FROM file_batches b
		 JOIN file_batch_files m ON m.batch_id = b.id
		 LEFT JOIN vector_store_files s ON s.vector_store_id = b.vector_store_id AND s.file_id = m.file_id
		 WHERE b.vector_store_id = $1 AND b.id = $2
		 GROUP BY b.id`,
		[vectorStoreId, id],
	);
	return rows[0];
}

/** Cancels what has not ended yet; workers notice at their next step. A batch that has ended stays as it is. */
export async function cancelFileBatch(db: Handle, vectorStoreId: string, id: string): Promise<void> {
	const { rowCount } = await db.query(
		`UPDATE vector_store_files s SET status = 'cancelled', stage = NULL, progress = NULL
		 FROM file_batch_files m
		 WHERE m.batch_id = $2 AND s.vector_store_id = $1 AND s.file_id = m.file_id AND s.status = 'in_progress'`,
		[vectorStoreId, id],
	);
	if (rowCount === 0) return;
	await db.query("UPDATE file_batches SET cancelled_at = coalesce(cancelled_at, now()) WHERE id = $1", [id]);
}
