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

/** What the chunks say and where it stands; of files that were removed meanwhile nothing comes back. */
export async function readPassageRows(db: Handle, indexId: number, ids: number[]): Promise<PassageRow[]> {
	const { rows } = await db.query<PassageRow>(
		`SELECT c.id, c.file_id, f.document_id, files.filename, c.start_offset AS start, c.end_offset AS "end",
			c.text, c.context, c.tokens, c.location,
			coalesce((SELECT s.attributes FROM indexes i JOIN vector_store_files s ON s.vector_store_id = i.vector_store_id
				WHERE i.id = c.index_id AND s.file_id = c.file_id), '{}') AS attributes
		 FROM chunks c
		 JOIN index_files f ON f.index_id = c.index_id AND f.file_id = c.file_id
		 JOIN files ON files.id = c.file_id
		 WHERE c.index_id = $1 AND c.id = ANY($2::bigint[])`,
		[indexId, ids],
	);
	return rows;
}
