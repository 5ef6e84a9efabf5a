import type { ChunkingStrategy } from "../chunking-strategy.ts";
import type { Handle } from "../db/handle.ts";

/** A file as an index holds it: its document, and how it was attached when its live revision was begun. */
export type HeldFile = {
	file_id: string;
	document_id: string;
	attachment: number;
	chunking_strategy: ChunkingStrategy | null;
	/** How the active index has cut it: under which revision, by which settings, with which model. */
	cut: { index_id: number; revision: number; strategy: ChunkingStrategy; embedding_model: string | null };
};

const HELD = `a.file_id, a.document_id, a.attachment, a.chunking_strategy,
	jsonb_build_object('index_id', a.index_id, 'revision', a.live_revision, 'embedding_model', ai.embedding_model,
		'strategy', coalesce(a.chunking_strategy, ai.chunking_strategy)) AS cut`;

/**
 * What the store's active index holds is what every other index of it is measured by: a file that failed the last time it
 * was attached is still found as it was before, and must be so after the flip. One that is built to compare settings on a
 * sample is measured by the sample's files alone.
 */
const WANTED = `
	FROM index_files a
	JOIN indexes ai ON ai.id = a.index_id
	JOIN vector_stores v ON v.active_index_id = a.index_id
	JOIN indexes i ON i.vector_store_id = v.id
	LEFT JOIN comparisons c ON c.id = i.comparison_id
	WHERE i.id = $1 AND a.live_revision IS NOT NULL
		AND (c.sample_files IS NULL OR EXISTS (SELECT FROM comparison_files s
			WHERE s.comparison_id = c.id AND s.file_id = a.file_id))`;

const LACKING = `${WANTED}
		AND NOT EXISTS (SELECT FROM index_files n
			WHERE n.index_id = i.id AND n.file_id = a.file_id AND n.live_revision IS NOT NULL AND n.attachment = a.attachment)`;

/** Some of the files that the store's active index holds and this one does not, or not as they were last attached. */
export async function findLackingFiles(db: Handle, indexId: number, limit: number): Promise<HeldFile[]> {
	const { rows } = await db.query<HeldFile>(`SELECT ${HELD} ${LACKING} ORDER BY a.file_id LIMIT $2`, [indexId, limit]);
	return rows;
}

export async function lacksFiles(db: Handle, indexId: number): Promise<boolean> {
	const { rowCount } = await db.query(`SELECT ${LACKING} LIMIT 1`, [indexId]);
	return rowCount === 1;
}

/** Characters of the documents that the index is to hold, and of those that it lacks. */
export async function measureLacking(db: Handle, indexId: number): Promise<{ all: number; lacking: number }> {
	const { rows } = await db.query<{ all: number; lacking: number }>(
		`SELECT
			(SELECT coalesce(sum(d.length), 0)::bigint FROM documents d
			 WHERE d.id IN (SELECT a.document_id ${WANTED})) AS all,
			(SELECT coalesce(sum(d.length), 0)::bigint FROM documents d
			 WHERE d.id IN (SELECT a.document_id ${LACKING})) AS lacking`,
		[indexId],
	);
	return rows[0] as { all: number; lacking: number };
}

/** True where the file is in the store's active index as it is given; held to the end of the transaction. */
export async function holdFile(db: Handle, vectorStoreId: string, file: HeldFile): Promise<boolean> {
	// The store's row of the file is what detaching and attaching take first; the index's comes after it.
	const inStore = await db.query(
		"SELECT FROM vector_store_files WHERE vector_store_id = $1 AND file_id = $2 FOR SHARE",
		[vectorStoreId, file.file_id],
	);
	if (inStore.rowCount !== 1) return false;
	const { rowCount } = await db.query(
		`SELECT FROM index_files a JOIN vector_stores v ON v.active_index_id = a.index_id
		 WHERE v.id = $1 AND a.file_id = $2 AND a.attachment = $3 AND a.live_revision IS NOT NULL`,
		[vectorStoreId, file.file_id, file.attachment],
	);
	return rowCount === 1;
}

/** What an index holds, with the length of each document; in an order that a sample may be taken from the front of. */
export async function listHeldFiles(db: Handle, indexId: number): Promise<(HeldFile & { length: number })[]> {
	const { rows } = await db.query<HeldFile & { length: number }>(
		`SELECT ${HELD}, d.length
		 FROM index_files a JOIN indexes ai ON ai.id = a.index_id JOIN documents d ON d.id = a.document_id
		 WHERE a.index_id = $1 AND a.live_revision IS NOT NULL ORDER BY md5(a.file_id)`,
		[indexId],
	);
	return rows;
}
