import type { Handle } from "../db/handle.ts";
import type { Metadata } from "../types.ts";
import { type Page, type PageRequest, pageOf, pageSql } from "./page.ts";

export type VectorStoreRow = {
	id: string;
	seq: number;
	name: string;
	metadata: Metadata;
	expires_after_days: number | null;
	last_active_at: Date;
	created_at: Date;
	active_index_id: number;
	expired: boolean;
	usage_bytes: number;
	in_progress: number;
	completed: number;
	failed: number;
	cancelled: number;
};

const EXPIRED =
	"(v.expires_after_days IS NOT NULL AND v.last_active_at + make_interval(days => v.expires_after_days) <= now())";

/** Stores of inputs' files are nobody's to look at: see input-files.ts. */
const SEEN = "v.input_file_id IS NULL";

const SELECT = `
	SELECT v.id, v.seq, v.name, v.metadata, v.expires_after_days, v.last_active_at, v.created_at, v.active_index_id,
		${EXPIRED} AS expired, c.usage_bytes, c.in_progress, c.completed, c.failed, c.cancelled
	FROM vector_stores v
	CROSS JOIN LATERAL (
		SELECT coalesce(sum(usage_bytes), 0)::bigint AS usage_bytes,
			count(*) FILTER (WHERE status = 'in_progress') AS in_progress,
			count(*) FILTER (WHERE status = 'completed') AS completed,
			count(*) FILTER (WHERE status = 'failed') AS failed,
			count(*) FILTER (WHERE status = 'cancelled') AS cancelled
		FROM vector_store_files WHERE vector_store_id = v.id
	) c`;

/** What must be known of a store before it is searched or added to; `getVectorStore` counts its files besides. */
export type VectorStoreState = Pick<VectorStoreRow, "id" | "expires_after_days" | "expired"> & {
	/** Not used for a minute: `touchVectorStores` has something to do. */
	idle: boolean;
};

/** Once a minute is enough for an expiry counted in days, and spares a write on every search. */
const IDLE = "last_active_at < now() - interval '1 minute'";

export async function getVectorStoreState(
	db: Handle,
	projectId: string,
	id: string,
): Promise<VectorStoreState | undefined> {
	const { rows } = await db.query<VectorStoreState>(
		`SELECT v.id, v.expires_after_days, ${EXPIRED} AS expired, ${IDLE} AS idle
		 FROM vector_stores v WHERE v.project_id = $1 AND v.id = $2 AND ${SEEN}`,
		[projectId, id],
	);
	return rows[0];
}

export type NewVectorStore = {
	id: string;
	project_id: string;
	name: string;
	description: string | null;
	metadata: Metadata;
	expires_after_days: number | null;
	active_index_id: number;
	/** The store is there for this file of an input alone; null: one that a user made. */
	input_file_id: string | null;
};

export async function insertVectorStore(db: Handle, store: NewVectorStore): Promise<void> {
	await db.query(
		`INSERT INTO vector_stores (id, project_id, name, description, metadata, expires_after_days, active_index_id, input_file_id)
		 VALUES ($1, $2, $3, $4, $5::jsonb, $6, $7, $8)`,
		[
			store.id,
			store.project_id,
			store.name,
			store.description,
			JSON.stringify(store.metadata),
			store.expires_after_days,
			store.active_index_id,
			store.input_file_id,
		],
	);
}

export async function getVectorStore(db: Handle, projectId: string, id: string): Promise<VectorStoreRow | undefined> {
	const { rows } = await db.query<VectorStoreRow>(`${SELECT} WHERE v.project_id = $1 AND v.id = $2 AND ${SEEN}`, [
		projectId,
		id,
	]);
	return rows[0];
}

export async function listVectorStores(
	db: Handle,
	projectId: string,
	page: PageRequest,
): Promise<Page<VectorStoreRow>> {
	const values: unknown[] = [projectId];
	const { rows } = await db.query<VectorStoreRow>(
		`${SELECT} WHERE v.project_id = $1 AND ${SEEN} ${pageSql("v.seq", page, values)}`,
		values,
	);
	return pageOf(rows, page);
}

/** What is undefined stays as it is. */
export type VectorStoreChanges = { name?: string; metadata?: Metadata; expires_after_days?: number | null };

export async function updateVectorStore(
	db: Handle,
	projectId: string,
	id: string,
	changes: VectorStoreChanges,
): Promise<void> {
	await db.query(
		`UPDATE vector_stores SET
			name = coalesce($3, name),
			metadata = coalesce($4::jsonb, metadata),
			expires_after_days = CASE WHEN $5::bool THEN $6::int ELSE expires_after_days END
		 WHERE project_id = $1 AND id = $2`,
		[
			projectId,
			id,
			changes.name ?? null,
			changes.metadata ? JSON.stringify(changes.metadata) : null,
			changes.expires_after_days !== undefined,
			changes.expires_after_days ?? null,
		],
	);
}

/** A store lives on while it is used: searches and runs count, looking at it does not. */
export async function touchVectorStores(db: Handle, ids: string[]): Promise<void> {
	await db.query(
		`UPDATE vector_stores SET last_active_at = now() WHERE id IN (
			SELECT id FROM vector_stores WHERE id = ANY($1::text[]) AND ${IDLE} FOR NO KEY UPDATE SKIP LOCKED)`,
		[ids],
	);
}

/** The files stay. What the store's indexes hold is invisible at once and swept later. */
export async function deleteVectorStore(db: Handle, projectId: string, id: string): Promise<boolean> {
	const { rowCount } = await db.query("DELETE FROM vector_stores WHERE project_id = $1 AND id = $2", [projectId, id]);
	if (rowCount !== 1) return false;
	await db.query("DELETE FROM index_files WHERE index_id IN (SELECT id FROM indexes WHERE vector_store_id = $1)", [id]);
	return true;
}
