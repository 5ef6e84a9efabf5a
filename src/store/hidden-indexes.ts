import type { ChunkingStrategy } from "../chunking-strategy.ts";
import type { Handle } from "../db/handle.ts";

/** Hidden indexes are built to be compared: listed nowhere, asked by their id alone, and gone with their comparison. */

type Settings = { chunking_strategy: ChunkingStrategy; embedding_model: string | null };

/**
 * Returns the new index's number; undefined where the comparison has ended or is gone, which waits for the transaction.
 * Nobody is answered from it, also when it is complete.
 */
export async function insertHiddenIndex(
	db: Handle,
	comparisonId: string,
	{ public_id, chunking_strategy, embedding_model }: Settings & { public_id: string },
): Promise<number | undefined> {
	const { rows } = await db.query<{ id: number }>(
		`INSERT INTO indexes (public_id, project_id, vector_store_id, chunking_strategy, embedding_model, status, activate,
			comparison_id)
		 SELECT $2, project_id, vector_store_id, $3::jsonb, $4, 'queued', 'manual', id FROM comparisons
		 WHERE id = $1 AND status IN ('queued', 'in_progress') FOR SHARE
		 RETURNING id`,
		[comparisonId, public_id, JSON.stringify(chunking_strategy), embedding_model],
	);
	return rows[0]?.id;
}

/** The comparison's own index of these settings, in whatever state. */
export async function findHiddenIndex(
	db: Handle,
	comparisonId: string,
	{ chunking_strategy, embedding_model }: Settings,
): Promise<number | undefined> {
	const { rows } = await db.query<{ id: number }>(
		`SELECT id FROM indexes WHERE comparison_id = $1 AND removed_at IS NULL
			AND chunking_strategy = $2::jsonb AND embedding_model IS NOT DISTINCT FROM $3::text`,
		[comparisonId, JSON.stringify(chunking_strategy), embedding_model],
	);
	return rows[0]?.id;
}

/** The store's complete indexes of these settings, the active one first; what they lack by now is not looked at. */
export async function findIndexesOf(
	db: Handle,
	vectorStoreId: string,
	{ chunking_strategy, embedding_model }: Settings,
): Promise<number[]> {
	const { rows } = await db.query<{ id: number }>(
		`SELECT id FROM indexes
		 WHERE vector_store_id = $1 AND comparison_id IS NULL AND removed_at IS NULL
			AND status IN ('active', 'ready', 'retired')
			AND chunking_strategy = $2::jsonb AND embedding_model IS NOT DISTINCT FROM $3::text
		 ORDER BY status = 'active' DESC, id DESC`,
		[vectorStoreId, JSON.stringify(chunking_strategy), embedding_model],
	);
	return rows.map((row) => row.id);
}

/** False once the index was removed. */
export async function isStillThere(db: Handle, id: number): Promise<boolean> {
	const { rowCount } = await db.query("SELECT FROM indexes WHERE id = $1 AND removed_at IS NULL", [id]);
	return rowCount === 1;
}

export async function listHiddenIndexes(
	db: Handle,
	comparisonId: string,
): Promise<{ id: number; vector_store_id: string }[]> {
	const { rows } = await db.query<{ id: number; vector_store_id: string }>(
		"SELECT id, vector_store_id FROM indexes WHERE comparison_id = $1 AND removed_at IS NULL",
		[comparisonId],
	);
	return rows;
}

/** Makes it an index of its store like others. */
export async function revealIndex(db: Handle, id: number): Promise<void> {
	await db.query("UPDATE indexes SET comparison_id = NULL WHERE id = $1", [id]);
}

/**
 * Hidden indexes that nobody is to look at any more: of comparisons that are gone or came to nothing, and of those that
 * were completed so many days ago. `vectorStoreId`: of that store alone.
 */
export async function findSpentHiddenIndexes(
	db: Handle,
	days: number,
	vectorStoreId: string | null = null,
): Promise<{ id: number; vector_store_id: string }[]> {
	const { rows } = await db.query<{ id: number; vector_store_id: string }>(
		`SELECT i.id, i.vector_store_id FROM indexes i LEFT JOIN comparisons c ON c.id = i.comparison_id
		 WHERE i.comparison_id IS NOT NULL AND i.removed_at IS NULL AND ($2::text IS NULL OR i.vector_store_id = $2)
			AND (c.id IS NULL OR c.status IN ('failed', 'cancelled')
				OR c.status = 'completed' AND c.ended_at < now() - make_interval(days => $1))`,
		[days, vectorStoreId],
	);
	return rows;
}

/**
 * How many of the index's chunks took the vector that another chunk has: of the same index, or of one that was there
 * before, of its store or with a file of the same content.
 */
export async function countReusedVectors(db: Handle, indexId: number): Promise<number> {
	const { rows } = await db.query<{ reused: number }>(
		`WITH before AS MATERIALIZED (
			SELECT o.id FROM indexes i JOIN indexes o ON o.project_id = i.project_id
				AND o.embedding_model = i.embedding_model AND o.embedding_dimensions = i.embedding_dimensions AND o.id < i.id
			WHERE i.id = $1 AND (o.vector_store_id = i.vector_store_id OR o.id IN (
				SELECT x.index_id FROM index_files m JOIN files f ON f.id = m.file_id
				JOIN files g ON g.project_id = f.project_id AND g.sha256 = f.sha256
				JOIN index_files x ON x.file_id = g.id WHERE m.index_id = $1))
		 ), contents AS (
			SELECT v.content_hash, count(*) AS chunks FROM chunk_vectors v
			JOIN index_files f ON f.index_id = v.index_id AND f.live_revision = v.revision
			WHERE v.index_id = $1 GROUP BY v.content_hash
		 )
		 SELECT coalesce(sum(c.chunks - CASE WHEN EXISTS (
			SELECT FROM chunk_vectors v WHERE v.index_id IN (SELECT id FROM before) AND v.content_hash = c.content_hash
		 ) THEN 0 ELSE 1 END), 0)::bigint AS reused FROM contents c`,
		[indexId],
	);
	return rows[0]?.reused ?? 0;
}
