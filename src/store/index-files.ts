import type { ChunkingStrategy } from "../chunking-strategy.ts";
import type { Handle } from "../db/handle.ts";

/**
 * Opens a new revision of the file in the index and returns its number. Chunks are written under it unseen; those of a
 * revision that never became live are swept.
 */
export async function beginRevision(
	db: Handle,
	indexId: number,
	file: { file_id: string; document_id: string; name_lexemes: string },
): Promise<number> {
	const { rows } = await db.query<{ building_revision: number }>(
		`INSERT INTO index_files (index_id, project_id, file_id, document_id, building_revision, name_lexemes)
		 SELECT id, project_id, $2, $3, nextval('revisions'), $4::tsvector FROM indexes WHERE id = $1
		 ON CONFLICT (index_id, file_id) DO UPDATE SET
			document_id = excluded.document_id,
			name_lexemes = excluded.name_lexemes,
			building_revision = excluded.building_revision
		 RETURNING building_revision`,
		[indexId, file.file_id, file.document_id, file.name_lexemes],
	);
	return (rows[0] as { building_revision: number }).building_revision;
}

/** What a revision says once it is whole, and how it was made. */
export type Finished = {
	document_id: string;
	chunks: number;
	bytes: number;
	/** Of the file in its store, as it was when the revision was begun. */
	attachment: number;
	/** The file's own; null: the index's. */
	chunking_strategy: ChunkingStrategy | null;
};

/** Makes the revision the one that is searched: one row, however many chunks. False where the file is gone. */
export async function publishRevision(
	db: Handle,
	place: { index_id: number; file_id: string; revision: number },
	{ document_id, chunks, bytes, attachment, chunking_strategy }: Finished,
): Promise<boolean> {
	const { rowCount } = await db.query(
		`UPDATE index_files SET live_revision = $3, building_revision = NULL, document_id = $4, chunks = $5, bytes = $6,
			attachment = $7, chunking_strategy = $8::jsonb
		 WHERE index_id = $1 AND file_id = $2 AND building_revision = $3`,
		[
			place.index_id,
			place.file_id,
			place.revision,
			document_id,
			chunks,
			bytes,
			attachment,
			chunking_strategy && JSON.stringify(chunking_strategy),
		],
	);
	return rowCount === 1;
}

/** Gives up a revision that will not be finished; its chunks are swept, and what is live stays. */
export async function abandonRevision(db: Handle, indexId: number, fileId: string): Promise<void> {
	await db.query(`UPDATE index_files SET building_revision = NULL WHERE index_id = $1 AND file_id = $2`, [
		indexId,
		fileId,
	]);
	await db.query(`DELETE FROM index_files WHERE index_id = $1 AND file_id = $2 AND live_revision IS NULL`, [
		indexId,
		fileId,
	]);
}

/** True while a file's chunks are being written into the index. */
export async function isBeingBuilt(db: Handle, indexId: number): Promise<boolean> {
	const { rowCount } = await db.query(
		"SELECT FROM index_files WHERE index_id = $1 AND building_revision IS NOT NULL LIMIT 1",
		[indexId],
	);
	return rowCount === 1;
}

/** Nothing of the index is found from then on, and all its chunks are dead. */
export async function deleteIndexFiles(db: Handle, indexId: number): Promise<void> {
	await db.query("DELETE FROM index_files WHERE index_id = $1", [indexId]);
}
