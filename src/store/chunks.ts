import type { Handle } from "../db/handle.ts";
import type { ChunkDraft } from "../types.ts";
import type { Vector } from "./vectors.ts";

/** A chunk with everything it is found by. `lexemes` and `weights` are in Postgres' text forms of tsvector and sparsevec. */
export type NewChunk = ChunkDraft & {
	ordinal: number;
	content_hash: Buffer;
	/** The text search configuration that made the lexemes. */
	language: string;
	lexemes: string;
	length: number;
	weights: string;
	vector: Vector | null;
};

/**
 * Writes chunks of one revision with what they are searched by, in one statement whatever their number. Returns how many
 * have a vector now: fewer than were given one where a chunk that one was to be copied from was removed meanwhile.
 */
export async function insertChunks(
	db: Handle,
	place: { index_id: number; file_id: string; revision: number },
	chunks: NewChunk[],
): Promise<number> {
	const texts = chunks.map(({ vector }) => (vector && "text" in vector ? vector.text : null));
	const sources = chunks.map(({ vector }) => (vector && "from" in vector ? vector.from : null));
	const { rowCount } = await db.query(
		`WITH given AS MATERIALIZED (
			SELECT * FROM unnest($4::int[], $5::bigint[], $6::bigint[], $7::text[], $8::text[], $9::int[],
				$10::text[], $11::text[], $12::text[], $13::text[], $14::int[], $15::text[], $16::text[], $17::bigint[], $18::bigint[])
				AS c (ordinal, start_offset, end_offset, text, context, tokens,
					location, content_hash, language, lexemes, length, weights, embedding, source_index_id, source_id)
		 ), index AS MATERIALIZED (
			SELECT project_id, vector_index FROM indexes WHERE id = $1
		 ), written AS (
			INSERT INTO chunks (index_id, project_id, file_id, revision, ordinal, start_offset, end_offset, text, context, tokens,
				location)
			SELECT $1, index.project_id, $2, $3, c.ordinal, c.start_offset, c.end_offset, c.text, c.context, c.tokens,
				c.location::jsonb
			FROM given c, index
			RETURNING id, ordinal
		 ), terms AS (
			INSERT INTO chunk_terms (index_id, id, project_id, revision, language, lexemes, length, weights)
			SELECT $1, written.id, index.project_id, $3, c.language, c.lexemes::tsvector, c.length, c.weights::sparsevec
			FROM written JOIN given c USING (ordinal), index ORDER BY written.id
		 ), embedded AS MATERIALIZED (
			SELECT c.ordinal, c.content_hash, coalesce(c.embedding::halfvec, source.embedding) AS embedding
			FROM given c LEFT JOIN chunk_vectors source ON source.index_id = c.source_index_id AND source.id = c.source_id
			WHERE c.embedding IS NOT NULL OR source.id IS NOT NULL
		 ), codes AS (
			INSERT INTO chunk_codes (index_id, id, project_id, revision, code)
			SELECT $1, written.id, index.project_id, $3, binary_quantize(e.embedding)
			FROM written JOIN embedded e USING (ordinal), index WHERE index.vector_index = 'codes' ORDER BY written.id
		 )
		 INSERT INTO chunk_vectors (index_id, id, project_id, revision, content_hash, embedding)
		 SELECT $1, written.id, index.project_id, $3, decode(e.content_hash, 'hex'), e.embedding
		 FROM written JOIN embedded e USING (ordinal), index ORDER BY written.id`,
		[
			place.index_id,
			place.file_id,
			place.revision,
			chunks.map((c) => c.ordinal),
			chunks.map((c) => c.start),
			chunks.map((c) => c.end),
			chunks.map((c) => c.text),
			chunks.map((c) => c.context),
			chunks.map((c) => c.tokens),
			chunks.map((c) => JSON.stringify(c.location)),
			chunks.map((c) => c.content_hash.toString("hex")),
			chunks.map((c) => c.language),
			chunks.map((c) => c.lexemes),
			chunks.map((c) => c.length),
			chunks.map((c) => c.weights),
			texts,
			sources.map((source) => source?.index_id ?? null),
			sources.map((source) => source?.id ?? null),
		],
	);
	return rowCount ?? 0;
}

/**
 * Removes up to `limit` chunks that neither a live nor a building revision needs, with their share of the index's
 * statistics. Vectors that an earlier attempt at a file paid for stay until a newer one holds them, or the file is done.
 * Returns how many went; fewer than `limit` means that none are left. The index is locked by the caller, and ingestion waits
 * for it: that is why the revisions are stepped through by their index, and only dead chunks are read.
 */
export async function deleteDeadChunks(db: Handle, indexId: number, limit: number): Promise<number> {
	const { rows } = await db.query<{ chunks: number }>(
		`WITH RECURSIVE revisions AS (
			(SELECT revision FROM chunks WHERE index_id = $1 ORDER BY revision LIMIT 1)
			UNION ALL
			SELECT (SELECT c.revision FROM chunks c WHERE c.index_id = $1 AND c.revision > r.revision ORDER BY c.revision LIMIT 1)
			FROM revisions r WHERE r.revision IS NOT NULL
		 ), dead_revisions AS MATERIALIZED (
			SELECT revision FROM revisions
			WHERE revision NOT IN (SELECT live_revision FROM index_files WHERE index_id = $1 AND live_revision IS NOT NULL)
				AND revision NOT IN (SELECT building_revision FROM index_files WHERE index_id = $1 AND building_revision IS NOT NULL)
		 ), dead AS MATERIALIZED (
			SELECT c.id
			FROM dead_revisions d
			JOIN chunks c ON c.index_id = $1 AND c.revision = d.revision
			LEFT JOIN index_files f ON f.index_id = c.index_id AND f.file_id = c.file_id
			LEFT JOIN chunk_vectors v ON v.index_id = c.index_id AND v.id = c.id
			WHERE (f.building_revision IS NULL OR v.id IS NULL OR EXISTS (
					SELECT FROM chunk_vectors newer JOIN chunks n ON n.index_id = newer.index_id AND n.id = newer.id
					WHERE newer.index_id = c.index_id AND newer.content_hash = v.content_hash
						AND newer.revision > c.revision AND n.file_id = c.file_id))
			LIMIT $2
		 ), removed AS (
			DELETE FROM chunks c USING dead WHERE c.index_id = $1 AND c.id = dead.id
		 ), vectors AS (
			DELETE FROM chunk_vectors v USING dead WHERE v.index_id = $1 AND v.id = dead.id
		 ), codes AS (
			DELETE FROM chunk_codes v USING dead WHERE v.index_id = $1 AND v.id = dead.id
		 ), removed_terms AS (
			DELETE FROM chunk_terms t USING dead WHERE t.index_id = $1 AND t.id = dead.id RETURNING t.lexemes, t.length
		 ), counted AS (
			SELECT term, count(*) AS df FROM removed_terms, unnest(tsvector_to_array(removed_terms.lexemes)) AS term GROUP BY term
		 ), terms AS (
			UPDATE index_terms t SET df = t.df - counted.df FROM counted WHERE t.index_id = $1 AND t.term = counted.term
		 ), statistics AS (
			UPDATE indexes SET
				chunk_count = chunk_count - (SELECT count(*) FROM removed_terms),
				length_total = length_total - (SELECT coalesce(sum(length), 0) FROM removed_terms)
			WHERE id = $1
		 )
		 SELECT count(*) AS chunks FROM dead`,
		[indexId, limit],
	);
	return rows[0]?.chunks ?? 0;
}

/**
 * Removes up to `limit` chunks of an index that nobody wants, behind `after` in order of id, whatever their revision; its
 * statistics go with it. Returns the last id, or undefined where none was left. To begin each time where the time before
 * ended spares looking at all that is gone already: as dead chunks, 50,000 went in 112 s.
 */
export async function deleteChunks(
	db: Handle,
	indexId: number,
	after: number,
	limit: number,
): Promise<number | undefined> {
	const { rows } = await db.query<{ last: number | null }>(
		`WITH gone AS MATERIALIZED (
			SELECT id FROM chunks WHERE index_id = $1 AND id > $2 ORDER BY id LIMIT $3
		 ), last AS MATERIALIZED (
			SELECT max(id) AS id FROM gone
		 ), removed AS (
			DELETE FROM chunks USING last WHERE index_id = $1 AND chunks.id > $2 AND chunks.id <= last.id
		 ), terms AS (
			DELETE FROM chunk_terms t USING last WHERE t.index_id = $1 AND t.id > $2 AND t.id <= last.id
		 ), vectors AS (
			DELETE FROM chunk_vectors v USING last WHERE v.index_id = $1 AND v.id > $2 AND v.id <= last.id
		 ), codes AS (
			DELETE FROM chunk_codes c USING last WHERE c.index_id = $1 AND c.id > $2 AND c.id <= last.id
		 )
		 SELECT id AS last FROM last`,
		[indexId, after, limit],
	);
	return rows[0]?.last ?? undefined;
}

export type WeighedChunk = { id: number; lexemes: string; length: number };

/** The next chunks behind `after` in order of id, for weighing them anew. */
export async function readLexemes(db: Handle, indexId: number, after: number, limit: number): Promise<WeighedChunk[]> {
	const { rows } = await db.query<WeighedChunk>(
		`SELECT id, lexemes::text AS lexemes, length FROM chunk_terms WHERE index_id = $1 AND id > $2 ORDER BY id LIMIT $3`,
		[indexId, after, limit],
	);
	return rows;
}

export async function updateWeights(
	db: Handle,
	indexId: number,
	weights: { id: number; weights: string }[],
): Promise<void> {
	await db.query(
		`UPDATE chunk_terms c SET weights = w.weights::sparsevec FROM unnest($2::bigint[], $3::text[]) AS w (id, weights)
		 WHERE c.index_id = $1 AND c.id = w.id`,
		[indexId, weights.map((w) => w.id), weights.map((w) => w.weights)],
	);
}

/** Chunks and bytes under one revision, with what they are searched by. */
export async function measureRevision(
	db: Handle,
	place: { index_id: number; revision: number },
): Promise<{ chunks: number; bytes: number }> {
	const { rows } = await db.query<{ chunks: number; bytes: number }>(
		`SELECT count(*) AS chunks,
			coalesce(sum(pg_column_size(c.*)
				+ (SELECT pg_column_size(t.*) FROM chunk_terms t WHERE t.index_id = c.index_id AND t.id = c.id)
				+ coalesce((SELECT pg_column_size(v.*) FROM chunk_vectors v WHERE v.index_id = c.index_id AND v.id = c.id), 0)
			), 0)::bigint AS bytes
		 FROM chunks c
		 WHERE c.index_id = $1 AND c.revision = $2`,
		[place.index_id, place.revision],
	);
	return rows[0] as { chunks: number; bytes: number };
}

/** Chunks of a revision as they were cut, the next behind that ordinal. */
export async function readDrafts(
	db: Handle,
	place: { index_id: number; revision: number },
	after: number,
	limit: number,
): Promise<(ChunkDraft & { ordinal: number })[]> {
	const { rows } = await db.query<ChunkDraft & { ordinal: number }>(
		`SELECT ordinal, start_offset AS start, end_offset AS "end", text, context, tokens, location FROM chunks
		 WHERE index_id = $1 AND revision = $2 AND ordinal > $3 ORDER BY ordinal LIMIT $4`,
		[place.index_id, place.revision, after, limit],
	);
	return rows;
}
