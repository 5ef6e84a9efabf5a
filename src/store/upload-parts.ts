import type { Handle } from "../db/handle.ts";

export type UploadPartRow = { id: string; upload_id: string; bytes: number; created_at: Date };

const COLUMNS = "id, upload_id, bytes, created_at";

export async function insertPart(
	tx: Handle,
	projectId: string,
	part: Pick<UploadPartRow, "id" | "upload_id" | "bytes">,
): Promise<UploadPartRow> {
	const { rows } = await tx.query<UploadPartRow>(
		`INSERT INTO upload_parts (id, upload_id, project_id, bytes) VALUES ($1, $2, $3, $4) RETURNING ${COLUMNS}`,
		[part.id, part.upload_id, projectId, part.bytes],
	);
	return rows[0] as UploadPartRow;
}

export async function listParts(db: Handle, projectId: string, uploadId: string): Promise<UploadPartRow[]> {
	const { rows } = await db.query<UploadPartRow>(
		`SELECT ${COLUMNS} FROM upload_parts WHERE project_id = $1 AND upload_id = $2`,
		[projectId, uploadId],
	);
	return rows;
}

/** Removes the parts of an upload; returns their ids: their blobs may go. */
export async function deleteParts(tx: Handle, projectId: string, uploadId: string): Promise<string[]> {
	const { rows } = await tx.query<{ id: string }>(
		"DELETE FROM upload_parts WHERE project_id = $1 AND upload_id = $2 RETURNING id",
		[projectId, uploadId],
	);
	return rows.map((row) => row.id);
}

/**
 * The same for all uploads that have expired. Ten minutes later, because one that is being completed when its time comes
 * still reads them.
 */
export async function deleteExpiredParts(db: Handle): Promise<string[]> {
	const { rows } = await db.query<{ id: string }>(
		`DELETE FROM upload_parts p USING uploads u
		 WHERE u.id = p.upload_id AND u.expires_at <= now() - interval '10 minutes' RETURNING p.id`,
	);
	return rows.map((row) => row.id);
}
