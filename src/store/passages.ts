import type { Handle } from "../db/handle.ts";
import type { Attributes, Location } from "../types.ts";

export type PassageRow = {
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
};

const COLUMNS = `c.id, c.file_id, f.document_id, files.filename, c.start_offset AS start, c.end_offset AS "end",
	c.text, c.context, c.tokens, c.location,
	coalesce((SELECT s.attributes FROM indexes i JOIN vector_store_files s ON s.vector_store_id = i.vector_store_id
		WHERE i.id = c.index_id AND s.file_id = c.file_id), '{}') AS attributes`;

/** What the chunks say and where it stands; of files that were removed meanwhile nothing comes back. */
export async function readPassageRows(db: Handle, indexId: number, ids: number[]): Promise<PassageRow[]> {
	const { rows } = await db.query<PassageRow>(
		`SELECT ${COLUMNS}
		 FROM chunks c
		 JOIN index_files f ON f.index_id = c.index_id AND f.file_id = c.file_id
		 JOIN files ON files.id = c.file_id
		 WHERE c.index_id = $1 AND c.id = ANY($2::bigint[])`,
		[indexId, ids],
	);
	return rows;
}

/** All that an index has of the files in it, each in reading order. */
export async function listPassageRows(db: Handle, indexId: number): Promise<PassageRow[]> {
	const { rows } = await db.query<PassageRow>(
		`SELECT ${COLUMNS}
		 FROM index_files f
		 JOIN chunks c ON c.index_id = f.index_id AND c.revision = f.live_revision
		 JOIN files ON files.id = c.file_id
		 WHERE f.index_id = $1 ORDER BY c.file_id, c.start_offset, c.id`,
		[indexId],
	);
	return rows;
}

/** Tokens of the texts of all chunks that may be found in these indexes. */
export async function sumLiveTokens(db: Handle, indexIds: number[]): Promise<number> {
	const { rows } = await db.query<{ tokens: number }>(
		`SELECT coalesce(sum(c.tokens), 0)::bigint AS tokens
		 FROM index_files f JOIN chunks c ON c.index_id = f.index_id AND c.revision = f.live_revision
		 WHERE f.index_id = ANY($1::bigint[])`,
		[indexIds],
	);
	return rows[0]?.tokens ?? 0;
}
