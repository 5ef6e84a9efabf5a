import type { Handle } from "../db/handle.ts";

export type UploadRow = {
	id: string;
	filename: string;
	purpose: string;
	bytes: number;
	file_expires_after_seconds: number | null;
	status: "pending" | "completed" | "cancelled" | "expired";
	part_ids: string[] | null;
	file_id: string | null;
	created_at: Date;
	expires_at: Date;
};

const COLUMNS = `id, filename, purpose, bytes, file_expires_after_seconds, part_ids, file_id, created_at, expires_at,
	CASE WHEN status = 'pending' AND expires_at <= now() THEN 'expired' ELSE status END AS status`;

/** Expires in an hour. */
export async function insertUpload(
	db: Handle,
	upload: Pick<UploadRow, "id" | "filename" | "purpose" | "bytes" | "file_expires_after_seconds"> & {
		project_id: string;
	},
): Promise<UploadRow> {
	const { rows } = await db.query<UploadRow>(
		`INSERT INTO uploads (id, project_id, filename, purpose, bytes, file_expires_after_seconds, expires_at)
		 VALUES ($1, $2, $3, $4, $5, $6, now() + interval '1 hour') RETURNING ${COLUMNS}`,
		[upload.id, upload.project_id, upload.filename, upload.purpose, upload.bytes, upload.file_expires_after_seconds],
	);
	return rows[0] as UploadRow;
}

export async function getUpload(db: Handle, projectId: string, id: string): Promise<UploadRow | undefined> {
	const { rows } = await db.query<UploadRow>(`SELECT ${COLUMNS} FROM uploads WHERE project_id = $1 AND id = $2`, [
		projectId,
		id,
	]);
	return rows[0];
}

/** The same, kept as it is to the end of the transaction. */
export async function lockUpload(tx: Handle, projectId: string, id: string): Promise<UploadRow | undefined> {
	const { rows } = await tx.query<UploadRow>(
		`SELECT ${COLUMNS} FROM uploads WHERE project_id = $1 AND id = $2 FOR UPDATE`,
		[projectId, id],
	);
	return rows[0];
}

export async function completeUpload(
	tx: Handle,
	projectId: string,
	id: string,
	made: { file_id: string; part_ids: string[] },
): Promise<void> {
	await tx.query(
		`UPDATE uploads SET status = 'completed', file_id = $3, part_ids = $4::jsonb
		 WHERE project_id = $1 AND id = $2`,
		[projectId, id, made.file_id, JSON.stringify(made.part_ids)],
	);
}

export async function cancelUpload(tx: Handle, projectId: string, id: string): Promise<void> {
	await tx.query("UPDATE uploads SET status = 'cancelled' WHERE project_id = $1 AND id = $2", [projectId, id]);
}

/** Uploads are remembered for a day, so that a call that comes late is told what became of them. */
export async function deleteOldUploads(db: Handle): Promise<void> {
	await db.query(
		`DELETE FROM uploads u WHERE expires_at <= now() - interval '1 day'
		 AND NOT EXISTS (SELECT FROM upload_parts p WHERE p.upload_id = u.id)`,
	);
}
