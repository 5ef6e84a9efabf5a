import type { ChunkingStrategy } from "../chunking-strategy.ts";
import type { Handle } from "../db/handle.ts";
import { deleteIndexFiles } from "./index-files.ts";
import type { IndexStatus, NewIndex } from "./indexes.ts";
import { type Page, type PageRequest, pageOf, pageSql } from "./page.ts";
import type { LastError, Progress } from "./vector-store-files.ts";

/** Whether an index is answered from as soon as it is complete, or when somebody says so. */
export type Activate = "when_complete" | "manual";

export type BuildRow = {
	id: number;
	public_id: string;
	vector_store_id: string;
	chunking_strategy: ChunkingStrategy;
	embedding_model: string | null;
	embedding_dimensions: number | null;
	status: IndexStatus;
	activate: Activate;
	keep: number;
	stage: string | null;
	progress: Progress | null;
	last_error: LastError | null;
	created_at: Date;
	activated_at: Date | null;
	/** The comparison it was built for, and is hidden with; null: an index of the store. */
	comparison_id: string | null;
	/** What is found in it: files, and their chunks. */
	files: number;
	chunks: number;
};

const SELECT = `
	SELECT i.id, i.public_id, i.vector_store_id, i.chunking_strategy, i.embedding_model, i.embedding_dimensions, i.status,
		i.activate, i.keep, i.stage, i.progress, i.last_error, i.created_at, i.activated_at, i.comparison_id,
		f.files, f.chunks
	FROM indexes i
	CROSS JOIN LATERAL (
		SELECT count(*) AS files, coalesce(sum(chunks), 0)::bigint AS chunks
		FROM index_files WHERE index_id = i.id AND live_revision IS NOT NULL
	) f`;

/**
 * Puts a build into the queue. The database refuses a second one of the same store (`indexes_build`). Cut as the active
 * index is, its chunks are as long, so that their average is known beforehand: told from the first file it is wrong as a
 * rule, and all weights were computed a second time.
 */
export async function insertBuild(
	db: Handle,
	{ activate, keep, ...index }: NewIndex & { activate: Activate; keep: number },
): Promise<number> {
	const { rows } = await db.query<{ id: number }>(
		`INSERT INTO indexes (public_id, project_id, vector_store_id, chunking_strategy, embedding_model, status, activate, keep,
			weighed_at)
		 VALUES ($1, $2, $3, $4::jsonb, $5, 'queued', $6, $7, (
			SELECT greatest(1, a.length_total::real / a.chunk_count) FROM indexes a JOIN vector_stores v ON v.active_index_id = a.id
			WHERE v.id = $3 AND a.chunking_strategy = $4::jsonb AND a.chunk_count > 0))
		 RETURNING id`,
		[
			index.public_id,
			index.project_id,
			index.vector_store_id,
			JSON.stringify(index.chunking_strategy),
			index.embedding_model,
			activate,
			keep,
		],
	);
	return (rows[0] as { id: number }).id;
}

/** An index of the store by its public id, hidden ones too, unless it was removed. */
export async function getBuild(db: Handle, vectorStoreId: string, publicId: string): Promise<BuildRow | undefined> {
	const { rows } = await db.query<BuildRow>(
		`${SELECT} WHERE i.vector_store_id = $1 AND i.public_id = $2 AND i.removed_at IS NULL`,
		[vectorStoreId, publicId],
	);
	return rows[0];
}

export async function listBuilds(db: Handle, vectorStoreId: string, page: PageRequest): Promise<Page<BuildRow>> {
	const values: unknown[] = [vectorStoreId];
	const { rows } = await db.query<BuildRow>(
		`${SELECT} WHERE i.vector_store_id = $1 AND i.removed_at IS NULL AND i.comparison_id IS NULL
		 ${pageSql("i.id", page, values)}`,
		values,
	);
	return pageOf(rows, page);
}

/** The store's queued or running build. */
export async function findBuild(db: Handle, vectorStoreId: string): Promise<{ public_id: string } | undefined> {
	const { rows } = await db.query<{ public_id: string }>(
		`SELECT public_id FROM indexes
		 WHERE vector_store_id = $1 AND status IN ('queued', 'building') AND removed_at IS NULL
			AND comparison_id IS NULL`,
		[vectorStoreId],
	);
	return rows[0];
}

/** Indexes that are kept as complete as the active one though nobody is answered from them: somebody may ask them by name. */
export async function listReadyIndexes(db: Handle, vectorStoreId: string): Promise<number[]> {
	const { rows } = await db.query<{ id: number }>(
		`SELECT id FROM indexes
		 WHERE vector_store_id = $1 AND status = 'ready' AND removed_at IS NULL AND comparison_id IS NULL`,
		[vectorStoreId],
	);
	return rows.map((row) => row.id);
}

/** A worker has begun. */
export async function beginBuild(db: Handle, id: number): Promise<void> {
	await db.query("UPDATE indexes SET status = 'building' WHERE id = $1 AND status = 'queued'", [id]);
}

/** An index that was complete once is brought up to date again, to be the active one then. */
export async function queueAgain(db: Handle, id: number): Promise<void> {
	await db.query(
		`UPDATE indexes SET status = 'queued', activate = 'when_complete', last_error = NULL
		 WHERE id = $1 AND status IN ('ready', 'retired')`,
		[id],
	);
}

export async function setActivate(db: Handle, id: number, activate: Activate): Promise<void> {
	await db.query("UPDATE indexes SET activate = $2 WHERE id = $1", [id, activate]);
}

/** False where nobody wants it any more: it was cancelled or removed, or its store was. */
export async function isBuildWanted(db: Handle, id: number): Promise<boolean> {
	const { rowCount } = await db.query(
		`SELECT FROM indexes i JOIN vector_stores v ON v.id = i.vector_store_id
		 WHERE i.id = $1 AND i.status IN ('queued', 'building', 'ready') AND i.removed_at IS NULL`,
		[id],
	);
	return rowCount === 1;
}

export async function reportBuild(db: Handle, id: number, stage: string, progress: Progress | null): Promise<void> {
	await db.query(
		"UPDATE indexes SET stage = $2, progress = $3::jsonb WHERE id = $1 AND status IN ('queued', 'building')",
		[id, stage, progress && JSON.stringify(progress)],
	);
}

/** What it was before: of use as it was, or nothing. */
const STATUS_BEFORE = (otherwise: "failed" | "cancelled") => `
	CASE WHEN activated_at IS NOT NULL THEN 'retired' WHEN completed_at IS NOT NULL THEN 'ready' ELSE '${otherwise}' END`;

/** Ends a build that is queued or under way; one that was complete before is what it was. False where there was none. */
export async function cancelBuild(db: Handle, id: number): Promise<boolean> {
	const { rowCount } = await db.query(
		`UPDATE indexes SET status = ${STATUS_BEFORE("cancelled")}, stage = NULL, progress = NULL, ended_at = now()
		 WHERE id = $1 AND status IN ('queued', 'building')`,
		[id],
	);
	return rowCount === 1;
}

/** As `cancelBuild`, with the reason; of a complete one that could not be brought up to date only the reason is noted. */
export async function failBuild(db: Handle, id: number, error: LastError): Promise<void> {
	await db.query(
		`UPDATE indexes SET status = ${STATUS_BEFORE("failed")}, stage = NULL, progress = NULL, ended_at = now(),
			last_error = $2::jsonb
		 WHERE id = $1 AND status IN ('queued', 'building', 'ready')`,
		[id, JSON.stringify(error)],
	);
}

/** Notes that a build is complete; returns whether it is to be activated now, or undefined where it was ended before. */
export async function completeBuild(db: Handle, id: number): Promise<Activate | undefined> {
	const { rows } = await db.query<{ activate: Activate }>(
		`UPDATE indexes SET status = 'ready', completed_at = now(), stage = NULL, progress = NULL, last_error = NULL
		 WHERE id = $1 AND status IN ('queued', 'building') AND removed_at IS NULL RETURNING activate`,
		[id],
	);
	return rows[0]?.activate;
}

/**
 * The flip: from the commit on the store answers from this index, and the one before is kept for going back to. The caller
 * has the store locked (`lockActiveIndex`) and knows that the index lacks nothing.
 */
export async function flipActiveIndex(db: Handle, vectorStoreId: string, id: number): Promise<void> {
	await db.query(
		"UPDATE indexes SET status = 'retired', ended_at = now() WHERE vector_store_id = $1 AND status = 'active'",
		[vectorStoreId],
	);
	await db.query("UPDATE indexes SET status = 'active', activated_at = now(), last_error = NULL WHERE id = $1", [id]);
	await db.query("UPDATE vector_stores SET active_index_id = $2 WHERE id = $1", [vectorStoreId, id]);
	await db.query(
		`UPDATE vector_store_files s SET usage_bytes = f.bytes FROM index_files f
		 WHERE s.vector_store_id = $1 AND f.index_id = $2 AND f.file_id = s.file_id AND s.usage_bytes <> f.bytes`,
		[vectorStoreId, id],
	);
}

/** The index that the store answers from, and goes on answering from until the transaction ends; undefined: no such store. */
export async function lockActiveIndex(db: Handle, vectorStoreId: string): Promise<number | undefined> {
	const { rows } = await db.query<{ active_index_id: number }>(
		"SELECT active_index_id FROM vector_stores WHERE id = $1 FOR NO KEY UPDATE",
		[vectorStoreId],
	);
	return rows[0]?.active_index_id;
}

/** True where the store answers from this index, and does until the transaction ends; others may hold it so too. */
export async function holdActiveIndex(db: Handle, vectorStoreId: string, id: number): Promise<boolean> {
	const { rows } = await db.query<{ active_index_id: number }>(
		"SELECT active_index_id FROM vector_stores WHERE id = $1 FOR SHARE",
		[vectorStoreId],
	);
	return rows[0]?.active_index_id === id;
}

/** Nobody sees it from the commit on; its chunks are removed by the settle job. The caller has the store locked. */
export async function removeIndex(db: Handle, id: number): Promise<void> {
	await db.query("UPDATE indexes SET removed_at = now() WHERE id = $1", [id]);
	await deleteIndexFiles(db, id);
}

/**
 * Indexes that have been kept for long enough: former ones beyond those that the active one keeps, a minute after they
 * were retired, because a search may still be under way in them; and what failed or was cancelled a day ago, because
 * until then another build may take its vectors. `vectorStoreId`: of that store alone.
 */
export async function findDispensableIndexes(
	db: Handle,
	vectorStoreId: string | null = null,
): Promise<{ id: number; vector_store_id: string }[]> {
	const { rows } = await db.query<{ id: number; vector_store_id: string }>(
		`SELECT id, vector_store_id FROM (
			SELECT i.id, i.vector_store_id, i.status, i.ended_at, a.keep,
				rank() OVER (PARTITION BY i.vector_store_id, i.status ORDER BY i.activated_at DESC, i.id DESC) AS place
			FROM indexes i
			JOIN vector_stores v ON v.id = i.vector_store_id
			JOIN indexes a ON a.id = v.active_index_id
			WHERE i.removed_at IS NULL AND i.comparison_id IS NULL AND i.status IN ('retired', 'failed', 'cancelled')
				AND ($1::text IS NULL OR i.vector_store_id = $1)
		 ) ended
		 WHERE status = 'retired' AND place > keep AND ended_at < now() - interval '1 minute'
			OR status <> 'retired' AND ended_at < now() - interval '1 day'`,
		[vectorStoreId],
	);
	return rows;
}
