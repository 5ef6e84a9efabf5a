import type { ChunkingStrategy } from "../chunking-strategy.ts";
import type { Handle } from "../db/handle.ts";

export type IndexRow = {
	id: number;
	public_id: string;
	project_id: string;
	vector_store_id: string;
	chunking_strategy: ChunkingStrategy;
	embedding_model: string | null;
	embedding_dimensions: number | null;
	/** The text search configuration of texts whose language cannot be told. */
	language: string;
	/** Those that its chunks were analysed with, in the order they came; never taken back. */
	languages: string[];
	chunk_count: number;
	length_total: number;
	weighed_at: number | null;
	reweighed_to: number | null;
	/** How the nearest vectors are found; null: by looking at all. */
	vector_index: "hnsw" | "codes" | null;
	status: IndexStatus;
	/** It was complete at some time; how many chunks hold each of its terms is kept from then on. */
	complete: boolean;
};

/** `active` is the one that its store answers from, `retired` one that it did. */
export type IndexStatus = "queued" | "building" | "ready" | "active" | "retired" | "failed" | "cancelled";

const COLUMNS = `id, public_id, project_id, vector_store_id, chunking_strategy, embedding_model, embedding_dimensions,
	language, languages, chunk_count, length_total, weighed_at, reweighed_to, vector_index, status,
	completed_at IS NOT NULL AS complete`;

export type NewIndex = {
	public_id: string;
	project_id: string;
	vector_store_id: string;
	chunking_strategy: ChunkingStrategy;
	embedding_model: string | null;
};

/** The first index of a store, which it answers from at once. */
export async function insertIndex(db: Handle, index: NewIndex): Promise<number> {
	const { rows } = await db.query<{ id: number }>(
		`INSERT INTO indexes (public_id, project_id, vector_store_id, chunking_strategy, embedding_model, status,
			completed_at, activated_at)
		 VALUES ($1, $2, $3, $4::jsonb, $5, 'active', now(), now()) RETURNING id`,
		[
			index.public_id,
			index.project_id,
			index.vector_store_id,
			JSON.stringify(index.chunking_strategy),
			index.embedding_model,
		],
	);
	return (rows[0] as { id: number }).id;
}

/** The one index that the store answers from. */
export async function getActiveIndex(db: Handle, vectorStoreId: string): Promise<IndexRow | undefined> {
	const { rows } = await db.query<IndexRow>(
		`SELECT ${COLUMNS} FROM indexes WHERE id = (SELECT active_index_id FROM vector_stores WHERE id = $1)`,
		[vectorStoreId],
	);
	return rows[0];
}

export async function getIndex(db: Handle, id: number): Promise<IndexRow | undefined> {
	const { rows } = await db.query<IndexRow>(`SELECT ${COLUMNS} FROM indexes WHERE id = $1`, [id]);
	return rows[0];
}

/**
 * Held to the end of the transaction: whoever writes or removes chunks of the index keeps its statistics. Not so strong as
 * to keep the next file's row, which refers to the index, waiting for the chunks of the one before.
 */
export async function lockIndex(db: Handle, id: number): Promise<IndexRow | undefined> {
	const { rows } = await db.query<IndexRow>(`SELECT ${COLUMNS} FROM indexes WHERE id = $1 FOR NO KEY UPDATE`, [id]);
	return rows[0];
}

export async function addToIndexStatistics(db: Handle, id: number, chunks: number, length: number): Promise<void> {
	await db.query("UPDATE indexes SET chunk_count = chunk_count + $2, length_total = length_total + $3 WHERE id = $1", [
		id,
		chunks,
		length,
	]);
}

/** From now on questions are analysed in these languages too. */
export async function addIndexLanguages(db: Handle, id: number, languages: string[]): Promise<void> {
	await db.query("UPDATE indexes SET languages = languages || $2::text[] WHERE id = $1", [id, languages]);
}

/** The average that weights are computed with from now on; `reweighedTo`: null when all of them are. */
export async function setIndexWeighing(
	db: Handle,
	id: number,
	weighedAt: number,
	reweighedTo: number | null,
): Promise<void> {
	await db.query("UPDATE indexes SET weighed_at = $2, reweighed_to = $3 WHERE id = $1", [id, weighedAt, reweighedTo]);
}

/** Dimensions are known with the first vector; all later ones must have as many. */
export async function setIndexDimensions(db: Handle, id: number, dimensions: number): Promise<void> {
	await db.query("UPDATE indexes SET embedding_dimensions = $2 WHERE id = $1 AND embedding_dimensions IS NULL", [
		id,
		dimensions,
	]);
}

/** All indexes of a store. */
export async function listIndexIds(db: Handle, vectorStoreId: string): Promise<number[]> {
	const { rows } = await db.query<{ id: number }>("SELECT id FROM indexes WHERE vector_store_id = $1", [vectorStoreId]);
	return rows.map((row) => row.id);
}

/** True where its store is gone or it was removed, and what is left of it is to go. */
export async function isUnwantedIndex(db: Handle, id: number): Promise<boolean> {
	const { rowCount } = await db.query(`SELECT FROM indexes i WHERE id = $1 AND ${UNWANTED}`, [id]);
	return rowCount === 1;
}

const UNWANTED =
	"(i.removed_at IS NOT NULL OR NOT EXISTS (SELECT FROM vector_stores v WHERE v.id = i.vector_store_id))";

/** Indexes that nobody wants and that are still there: the job that was to clear them away died or gave up. */
export async function findUnwantedIndexes(db: Handle): Promise<number[]> {
	const { rows } = await db.query<{ id: number }>(`SELECT id FROM indexes i WHERE ${UNWANTED}`);
	return rows.map((row) => row.id);
}

/** Removes the row of an index that nobody wants, and its vocabulary, once its chunks are gone. */
export async function deleteUnwantedIndex(db: Handle, id: number): Promise<void> {
	await db.query(
		`WITH gone AS (
			DELETE FROM indexes i WHERE id = $1 AND ${UNWANTED}
				AND NOT EXISTS (SELECT FROM chunks c WHERE c.index_id = i.id)
			RETURNING id
		 )
		 DELETE FROM index_terms t USING gone WHERE t.index_id = gone.id`,
		[id],
	);
}
