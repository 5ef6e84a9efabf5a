import type { Handle } from "../db/handle.ts";

/** Draws the sample of a comparison, once: what was drawn is what its indexes hold. */
export async function keepSample(db: Handle, comparisonId: string, fileIds: string[], of: number): Promise<void> {
	await db.query(
		`WITH drawn AS (
			INSERT INTO comparison_files (comparison_id, project_id, file_id)
			SELECT c.id, c.project_id, f.id FROM comparisons c, files f WHERE c.id = $1 AND f.id = ANY($2::text[])
			ON CONFLICT DO NOTHING
		 )
		 UPDATE comparisons SET sample = $3::jsonb WHERE id = $1`,
		[comparisonId, fileIds, JSON.stringify({ files: fileIds.length, of })],
	);
}

export async function listSample(db: Handle, comparisonId: string): Promise<string[]> {
	const { rows } = await db.query<{ file_id: string }>(
		"SELECT file_id FROM comparison_files WHERE comparison_id = $1 ORDER BY file_id",
		[comparisonId],
	);
	return rows.map((row) => row.file_id);
}

/**
 * The numbers under which these files are in the store, by id; of one that is not in it none. Whatever else happens to a
 * file it keeps its number until it is removed, and has another when it is added again.
 */
export async function getEntries(
	db: Handle,
	vectorStoreId: string,
	fileIds: string[],
): Promise<Record<string, number>> {
	const { rows } = await db.query<{ file_id: string; seq: number }>(
		"SELECT file_id, seq FROM vector_store_files WHERE vector_store_id = $1 AND file_id = ANY($2::text[])",
		[vectorStoreId, fileIds],
	);
	return Object.fromEntries(rows.map(({ file_id, seq }) => [file_id, seq]));
}
