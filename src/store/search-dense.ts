import type { Handle } from "../db/handle.ts";
import type { Filter } from "../filter.ts";
import { filterSql } from "./attribute-filter.ts";

export type DenseQuery = {
	index_id: number;
	/** The question's embedding in pgvector's text form. */
	embedding: string;
	filter: Filter | null;
	limit: number;
};

/** The chunks of live revisions nearest by cosine; an exact scan of the index. */
export async function searchDense(db: Handle, query: DenseQuery): Promise<number[]> {
	const values: unknown[] = [query.index_id, query.embedding, query.limit];
	const condition = query.filter ? `AND ${filterSql(query.filter, "s.attributes", values)}` : "";
	const { rows } = await db.query<{ id: number }>(
		`SELECT c.id
		 FROM chunks c
		 JOIN index_files f ON f.index_id = c.index_id AND f.file_id = c.file_id AND f.live_revision = c.revision
		 JOIN indexes i ON i.id = c.index_id
		 JOIN vector_store_files s ON s.vector_store_id = i.vector_store_id AND s.file_id = c.file_id
		 WHERE c.index_id = $1 AND c.embedding IS NOT NULL ${condition}
		 ORDER BY c.embedding <=> $2::halfvec, c.id
		 LIMIT $3`,
		values,
	);
	return rows.map((row) => row.id);
}
