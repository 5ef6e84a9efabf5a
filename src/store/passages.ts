import type { Handle } from "../db/handle.ts";
import type { Attributes, Location } from "../types.ts";

export type ScoredChunk = {
	id: number;
	file_id: string;
	document_id: string;
	filename: string;
	attributes: Attributes;
	start: number;
	end: number;
	text: string;
	context: string;
	tokens: number;
	location: Location;
	language: string;
	revision: number;
	/** BM25, without the document's score. */
	bm25: number;
	/** Cosine similarity; null without an embedding on either side. */
	cosine: number | null;
};

/** The chunks with what a passage needs, each scored exactly by both measures, whichever search found it. */
export async function readScoredChunks(
	db: Handle,
	indexId: number,
	ids: number[],
	query: { idfs: string; embedding: string | null },
): Promise<ScoredChunk[]> {
	const { rows } = await db.query<ScoredChunk>(
		`SELECT c.id, c.file_id, f.document_id, files.filename, s.attributes, c.start_offset AS start, c.end_offset AS "end",
			c.text, c.context, c.tokens, c.location, c.language,
			f.live_revision AS revision, -(t.weights <#> $3::sparsevec) AS bm25, 1 - (v.embedding <=> $4::halfvec) AS cosine
		 FROM chunks c
		 JOIN chunk_terms t ON t.index_id = c.index_id AND t.id = c.id
		 LEFT JOIN chunk_vectors v ON v.index_id = c.index_id AND v.id = c.id
		 JOIN index_files f ON f.index_id = c.index_id AND f.file_id = c.file_id AND f.live_revision = c.revision
		 JOIN indexes i ON i.id = c.index_id
		 JOIN vector_store_files s ON s.vector_store_id = i.vector_store_id AND s.file_id = c.file_id
		 JOIN files ON files.id = c.file_id
		 WHERE c.index_id = $1 AND c.id = ANY($2::bigint[])`,
		[indexId, ids, query.idfs, query.embedding],
	);
	return rows;
}
