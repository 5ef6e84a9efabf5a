import type { ChunkingStrategy } from "../chunking-strategy.ts";
import type { Handle } from "../db/handle.ts";
import type { Attributes } from "../types.ts";
import { type Page, type PageRequest, pageOf, pageSql } from "./page.ts";

export type FileStatus = "in_progress" | "completed" | "failed" | "cancelled";
export type LastError = { code: "server_error" | "unsupported_file" | "invalid_file"; message: string };

/** How far a stage has come; `of` is absent where the end is not known beforehand. */
export type Progress = { done: number; of?: number; unit: string; waiting_for?: string };

export type VectorStoreFileRow = {
	vector_store_id: string;
	file_id: string;
	seq: number;
	project_id: string;
	status: FileStatus;
	last_error: LastError | null;
	chunking_strategy: ChunkingStrategy | null;
	attributes: Attributes;
	usage_bytes: number;
	attachment: number;
	stage: string | null;
	progress: Progress | null;
	created_at: Date;
};

const COLUMNS = `vector_store_id, file_id, seq, project_id, status, last_error, chunking_strategy, attributes, usage_bytes,
	attachment, stage, progress, created_at`;

export type Attachment = {
	file_id: string;
	attributes: Attributes;
	chunking_strategy: ChunkingStrategy | null;
};

/**
 * Puts files into a store, or again: a file that is already there is ingested anew with the settings given now, and
 * until that is done it is found as it was. The caller sends the jobs in the same transaction.
 */
export async function attachFiles(
	db: Handle,
	projectId: string,
	vectorStoreId: string,
	attachments: Attachment[],
): Promise<VectorStoreFileRow[]> {
	const { rows } = await db.query<VectorStoreFileRow>(
		`INSERT INTO vector_store_files (vector_store_id, file_id, project_id, attributes, chunking_strategy)
		 SELECT $1, a.file_id, $2, a.attributes, a.chunking_strategy
		 FROM jsonb_to_recordset($3::jsonb) AS a (file_id text, attributes jsonb, chunking_strategy jsonb)
		 ON CONFLICT (vector_store_id, file_id) DO UPDATE SET
			status = 'in_progress', last_error = NULL, stage = NULL, progress = NULL,
			attributes = excluded.attributes, chunking_strategy = excluded.chunking_strategy,
			attachment = vector_store_files.attachment + 1
		 RETURNING ${COLUMNS}`,
		[vectorStoreId, projectId, JSON.stringify(attachments)],
	);
	return rows;
}

export async function getVectorStoreFile(
	db: Handle,
	vectorStoreId: string,
	fileId: string,
): Promise<VectorStoreFileRow | undefined> {
	const { rows } = await db.query<VectorStoreFileRow>(
		`SELECT ${COLUMNS} FROM vector_store_files WHERE vector_store_id = $1 AND file_id = $2`,
		[vectorStoreId, fileId],
	);
	return rows[0];
}

export async function listVectorStoreFiles(
	db: Handle,
	vectorStoreId: string,
	filter: { status: FileStatus | null; batchId: string | null },
	page: PageRequest,
): Promise<Page<VectorStoreFileRow>> {
	const values: unknown[] = [vectorStoreId, filter.status, filter.batchId];
	const { rows } = await db.query<VectorStoreFileRow>(
		`SELECT ${COLUMNS} FROM vector_store_files s
		 WHERE vector_store_id = $1 AND ($2::text IS NULL OR status = $2)
			AND ($3::text IS NULL OR EXISTS (
				SELECT FROM file_batch_files b WHERE b.batch_id = $3 AND b.file_id = s.file_id))
			${pageSql("seq", page, values)}`,
		values,
	);
	return pageOf(rows, page);
}

export async function setFileAttributes(
	db: Handle,
	vectorStoreId: string,
	fileId: string,
	attributes: Attributes,
): Promise<VectorStoreFileRow | undefined> {
	const { rows } = await db.query<VectorStoreFileRow>(
		`UPDATE vector_store_files SET attributes = $3::jsonb WHERE vector_store_id = $1 AND file_id = $2
		 RETURNING ${COLUMNS}`,
		[vectorStoreId, fileId, JSON.stringify(attributes)],
	);
	return rows[0];
}

/** Takes the file out of the store; what remains of it in indexes is invisible at once and swept later. */
export async function detachFile(db: Handle, vectorStoreId: string, fileId: string): Promise<boolean> {
	const { rowCount } = await db.query("DELETE FROM vector_store_files WHERE vector_store_id = $1 AND file_id = $2", [
		vectorStoreId,
		fileId,
	]);
	await db.query(
		`DELETE FROM index_files WHERE file_id = $2 AND index_id IN (SELECT id FROM indexes WHERE vector_store_id = $1)`,
		[vectorStoreId, fileId],
	);
	return rowCount === 1;
}

/** The stores a file is in. */
export async function findStoresOfFile(db: Handle, fileId: string): Promise<string[]> {
	const { rows } = await db.query<{ vector_store_id: string }>(
		"SELECT vector_store_id FROM vector_store_files WHERE file_id = $1",
		[fileId],
	);
	return rows.map((row) => row.vector_store_id);
}

type Ingestion = Pick<VectorStoreFileRow, "vector_store_id" | "file_id" | "attachment">;

/**
 * Notes what the worker is at. False where this ingestion is overtaken: the file was removed, cancelled or attached
 * again meanwhile, and the worker stops.
 */
export async function reportProgress(
	db: Handle,
	ingestion: Ingestion,
	stage: string,
	progress: Progress | null,
): Promise<boolean> {
	const { rowCount } = await db.query(
		`UPDATE vector_store_files SET stage = $4, progress = $5::jsonb
		 WHERE vector_store_id = $1 AND file_id = $2 AND attachment = $3 AND status = 'in_progress'`,
		[ingestion.vector_store_id, ingestion.file_id, ingestion.attachment, stage, progress && JSON.stringify(progress)],
	);
	return rowCount === 1;
}

/** False where this ingestion is overtaken: its worker need not go on. */
export async function isCurrent(db: Handle, ingestion: Ingestion): Promise<boolean> {
	const { rowCount } = await db.query(
		`SELECT FROM vector_store_files
		 WHERE vector_store_id = $1 AND file_id = $2 AND attachment = $3 AND status = 'in_progress'`,
		[ingestion.vector_store_id, ingestion.file_id, ingestion.attachment],
	);
	return rowCount === 1;
}

/** Ends an ingestion, unless it was overtaken; returns whether it was this one that ended. */
export async function finishIngestion(
	db: Handle,
	ingestion: Ingestion,
	outcome: { status: "completed"; usage_bytes: number } | { status: "failed"; last_error: LastError },
): Promise<boolean> {
	const { rowCount } = await db.query(
		`UPDATE vector_store_files
		 SET status = $4, last_error = $5::jsonb, usage_bytes = coalesce($6, usage_bytes), stage = NULL, progress = NULL
		 WHERE vector_store_id = $1 AND file_id = $2 AND attachment = $3 AND status = 'in_progress'`,
		[
			ingestion.vector_store_id,
			ingestion.file_id,
			ingestion.attachment,
			outcome.status,
			outcome.status === "failed" ? JSON.stringify(outcome.last_error) : null,
			outcome.status === "completed" ? outcome.usage_bytes : null,
		],
	);
	return rowCount === 1;
}
