import type { Handle } from "../db/handle.ts";
import type { Block, DocumentFacts } from "../types.ts";

export type DocumentRow = {
	id: string;
	file_id: string;
	length: number;
	tokens: number;
	facts: DocumentFacts;
};

/** A block as it is stored: its text is the part's `[start, end)`, and its tokens are counted once, by the parser. */
export type StoredBlock = Omit<Block, "text"> & { tokens: number };

export type DocumentPart = { ordinal: number; start: number; end: number; text: string; blocks: StoredBlock[] };

export async function insertDocument(
	db: Handle,
	document: { id: string; project_id: string; file_id: string },
): Promise<void> {
	await db.query("INSERT INTO documents (id, project_id, file_id) VALUES ($1, $2, $3)", [
		document.id,
		document.project_id,
		document.file_id,
	]);
}

export async function insertDocumentPart(db: Handle, documentId: string, part: DocumentPart): Promise<void> {
	await db.query(
		`INSERT INTO document_parts (document_id, project_id, ordinal, start_offset, end_offset, text, blocks)
		 SELECT id, project_id, $2::int, $3::bigint, $4::bigint, $5::text, $6::jsonb FROM documents WHERE id = $1`,
		[documentId, part.ordinal, part.start, part.end, part.text, JSON.stringify(part.blocks)],
	);
}

/**
 * Makes the document what its file says. Of two that were made at the same time the first stays; returns the id that
 * counts, or undefined where the file is gone.
 */
export async function completeDocument(
	db: Handle,
	document: { id: string; length: number; tokens: number; facts: DocumentFacts },
): Promise<string | undefined> {
	const { rows } = await db.query<{ document_id: string }>(
		`WITH done AS (
			UPDATE documents SET length = $2, tokens = $3, facts = $4::jsonb WHERE id = $1 RETURNING file_id
		 )
		 UPDATE files SET document_id = coalesce(files.document_id, $1) FROM done WHERE files.id = done.file_id
		 RETURNING files.document_id`,
		[document.id, document.length, document.tokens, JSON.stringify(document.facts)],
	);
	return rows[0]?.document_id;
}

/** The document that the file's row points to. */
export async function getDocumentOfFile(db: Handle, fileId: string): Promise<DocumentRow | undefined> {
	const { rows } = await db.query<DocumentRow>(
		`SELECT d.id, d.file_id, d.length, d.tokens, d.facts
		 FROM files f JOIN documents d ON d.id = f.document_id WHERE f.id = $1`,
		[fileId],
	);
	return rows[0];
}

/** Documents of the file that a dead parser left, or that lost the race. */
export async function deleteUnusedDocuments(db: Handle, fileId: string): Promise<void> {
	await db.query(
		`DELETE FROM documents d USING files f
		 WHERE d.file_id = $1 AND f.id = d.file_id AND f.document_id IS DISTINCT FROM d.id`,
		[fileId],
	);
}

/** Documents that a parser began and left, a day ago or longer, and that no ingestion is still at work on. */
export async function deleteAbandonedDocuments(db: Handle): Promise<void> {
	await db.query(
		`DELETE FROM documents d USING files f
		 WHERE d.created_at < now() - interval '1 day' AND f.id = d.file_id AND f.document_id IS DISTINCT FROM d.id
			AND NOT EXISTS (SELECT FROM index_files x
				WHERE x.file_id = d.file_id AND x.document_id = d.id AND x.building_revision IS NOT NULL)`,
	);
}

/** The part at that place, or undefined past the end. A part is 256 KiB at the most, so a document streams through. */
export async function getDocumentPart(
	db: Handle,
	documentId: string,
	ordinal: number,
): Promise<DocumentPart | undefined> {
	const { rows } = await db.query<DocumentPart>(
		`SELECT ordinal, start_offset AS start, end_offset AS "end", text, blocks
		 FROM document_parts WHERE document_id = $1 AND ordinal = $2`,
		[documentId, ordinal],
	);
	return rows[0];
}

/** The parts that `[start, end)` touches, in order. */
export async function getDocumentParts(
	db: Handle,
	documentId: string,
	start: number,
	end: number,
): Promise<DocumentPart[]> {
	const { rows } = await db.query<DocumentPart>(
		`SELECT ordinal, start_offset AS start, end_offset AS "end", text, blocks
		 FROM document_parts WHERE document_id = $1 AND start_offset < $3 AND end_offset > $2 ORDER BY ordinal`,
		[documentId, start, end],
	);
	return rows;
}

/** The text of `[start, end)`, as far as the document has it, and the blocks of the parts it stands in; undefined where nothing is there. */
export async function readSpan(
	db: Handle,
	documentId: string,
	start: number,
	end: number,
): Promise<{ text: string; blocks: StoredBlock[] } | undefined> {
	const parts = await getDocumentParts(db, documentId, start, end);
	const [first] = parts;
	if (!first) return undefined;
	const text = parts.map((part) => part.text).join("");
	return { text: text.slice(start - first.start, end - first.start), blocks: parts.flatMap((part) => part.blocks) };
}

/** Tokens that sending the documents of these stores whole would take. */
export async function sumDocumentTokens(db: Handle, vectorStoreIds: string[]): Promise<number> {
	const { rows } = await db.query<{ tokens: number }>(
		`SELECT coalesce(sum(d.tokens), 0)::bigint AS tokens
		 FROM (SELECT DISTINCT file_id FROM vector_store_files
		       WHERE vector_store_id = ANY($1::text[]) AND status = 'completed') s
		 JOIN files f ON f.id = s.file_id JOIN documents d ON d.id = f.document_id`,
		[vectorStoreIds],
	);
	return rows[0]?.tokens ?? 0;
}
