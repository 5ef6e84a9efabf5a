import type { CsvOptions } from "../csv-options.ts";
import type { Handle } from "../db/handle.ts";
import { type Page, type PageRequest, pageOf, pageSql } from "./page.ts";

export type FileRow = {
	id: string;
	seq: number;
	filename: string;
	purpose: string;
	bytes: number;
	sha256: string;
	/** How a CSV file is to be read; null: as detected. */
	csv: CsvOptions | null;
	document_id: string | null;
	created_at: Date;
	expires_at: Date | null;
};

export type NewFile = {
	id: string;
	project_id: string;
	filename: string;
	purpose: string;
	bytes: number;
	sha256: string;
	csv: CsvOptions | null;
	expires_after_seconds: number | null;
};

const COLUMNS = "id, seq, filename, purpose, bytes, sha256, csv, document_id, created_at, expires_at";
const UNEXPIRED = "(expires_at IS NULL OR expires_at > now())";

export async function insertFile(db: Handle, file: NewFile): Promise<FileRow> {
	const { rows } = await db.query<FileRow>(
		`INSERT INTO files (id, project_id, filename, purpose, bytes, sha256, csv, expires_at)
		 VALUES ($1, $2, $3, $4, $5, $6, $7::jsonb, now() + make_interval(secs => $8::int))
		 RETURNING ${COLUMNS}`,
		[
			file.id,
			file.project_id,
			file.filename,
			file.purpose,
			file.bytes,
			file.sha256,
			file.csv && JSON.stringify(file.csv),
			file.expires_after_seconds,
		],
	);
	return rows[0] as FileRow;
}

export async function getFile(db: Handle, projectId: string, id: string): Promise<FileRow | undefined> {
	const { rows } = await db.query<FileRow>(
		`SELECT ${COLUMNS} FROM files WHERE project_id = $1 AND id = $2 AND ${UNEXPIRED}`,
		[projectId, id],
	);
	return rows[0];
}

/** Those of the ids that exist. */
export async function findFiles(db: Handle, projectId: string, ids: string[]): Promise<FileRow[]> {
	const { rows } = await db.query<FileRow>(
		`SELECT ${COLUMNS} FROM files WHERE project_id = $1 AND id = ANY($2::text[]) AND ${UNEXPIRED}`,
		[projectId, ids],
	);
	return rows;
}

export async function listFiles(
	db: Handle,
	projectId: string,
	purpose: string | null,
	page: PageRequest,
): Promise<Page<FileRow>> {
	const values: unknown[] = [projectId, purpose];
	const { rows } = await db.query<FileRow>(
		`SELECT ${COLUMNS} FROM files
		 WHERE project_id = $1 AND ($2::text IS NULL OR purpose = $2) AND ${UNEXPIRED} ${pageSql("seq", page, values)}`,
		values,
	);
	return pageOf(rows, page);
}

/** Removes the row, and with it the documents and the file's places in vector stores. True where there was one. */
export async function deleteFile(db: Handle, projectId: string, id: string): Promise<boolean> {
	const { rowCount } = await db.query("DELETE FROM files WHERE project_id = $1 AND id = $2", [projectId, id]);
	return rowCount === 1;
}

export async function findExpiredFiles(db: Handle): Promise<{ id: string; project_id: string }[]> {
	const { rows } = await db.query<{ id: string; project_id: string }>(
		"SELECT id, project_id FROM files WHERE expires_at <= now() LIMIT 1000",
	);
	return rows;
}

/** Those of the ids that no file has, and no part of an upload: their blobs may go. */
export async function findUnheldBlobs(db: Handle, ids: string[]): Promise<string[]> {
	const { rows } = await db.query<{ id: string }>(
		`SELECT id FROM unnest($1::text[]) AS given (id)
		 WHERE NOT EXISTS (SELECT FROM files WHERE files.id = given.id)
		 AND NOT EXISTS (SELECT FROM upload_parts WHERE upload_parts.id = given.id)`,
		[ids],
	);
	return rows.map((row) => row.id);
}
