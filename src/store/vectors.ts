import type { Handle } from "../db/handle.ts";

/** A vector in pgvector's text form; or, of a chunk that has it already, where: it is copied within the database. */
export type Vector = { dimensions: number } & ({ text: string } | { from: { index_id: number; id: number } });

/**
 * The indexes from which a file's chunks may take their vectors: those of the index's own store, and those of the
 * project that hold a file of the same content; all of the same embedding model, and of as many dimensions where those
 * are given.
 */
export async function findReusableIndexes(
	db: Handle,
	index: { project_id: string; vector_store_id: string; embedding_model: string },
	sha256: string,
	dimensions?: number,
): Promise<number[]> {
	const { rows } = await db.query<{ id: number }>(
		`SELECT i.id FROM indexes i
		 WHERE i.project_id = $1 AND i.embedding_model = $3 AND ($5::int IS NULL OR i.embedding_dimensions = $5) AND (i.vector_store_id = $2 OR i.id IN (
			SELECT x.index_id FROM files f JOIN index_files x ON x.file_id = f.id WHERE f.project_id = $1 AND f.sha256 = $4))`,
		[index.project_id, index.vector_store_id, index.embedding_model, sha256, dimensions ?? null],
	);
	return rows.map((row) => row.id);
}

/** Where the vectors of chunks with these contents are, by hash (hexadecimal); also of chunks that a dead worker left behind. */
export async function findVectors(db: Handle, indexIds: number[], hashes: string[]): Promise<Map<string, Vector>> {
	if (indexIds.length === 0) return new Map();
	// A probe of the index for each hash. As a join it was planned as a scan of all chunks, which took most of the time.
	const { rows } = await db.query<{ hash: string; index_id: number; id: number; dimensions: number }>(
		`SELECT h.hash, v.* FROM unnest($2::text[]) AS h (hash), LATERAL (
			SELECT c.index_id, c.id, vector_dims(c.embedding) AS dimensions FROM chunk_vectors c
			WHERE c.index_id = ANY($1::bigint[]) AND c.content_hash = decode(h.hash, 'hex')
			LIMIT 1) AS v`,
		[indexIds, [...new Set(hashes)]],
	);
	return new Map(rows.map(({ hash, dimensions, ...from }) => [hash, { dimensions, from }]));
}

/** Which of these contents have a vector, by hash (hexadecimal). */
export async function findKnownContents(db: Handle, indexIds: number[], hashes: string[]): Promise<Set<string>> {
	if (indexIds.length === 0) return new Set();
	const { rows } = await db.query<{ hash: string }>(
		`SELECT h.hash FROM unnest($2::text[]) AS h (hash), LATERAL (
			SELECT FROM chunk_vectors c
			WHERE c.index_id = ANY($1::bigint[]) AND c.content_hash = decode(h.hash, 'hex')
			LIMIT 1) AS v`,
		[indexIds, hashes],
	);
	return new Set(rows.map((row) => row.hash));
}
