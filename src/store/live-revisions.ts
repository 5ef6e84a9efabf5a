import type { Handle } from "../db/handle.ts";
import type { Filter } from "../filter.ts";
import { filterSql } from "./attribute-filter.ts";

/**
 * A query for the revisions of index `$1` that may be found: those that are live, of files that pass the filter. It is
 * what keeps chunks from sight that are being written, were replaced or removed, or are not asked for; searches join it
 * before they rank, so that a filter, however selective, leaves all there is of what it names.
 */
export function liveRevisionsSql(filter: Filter | null, values: unknown[]): string {
	if (!filter)
		return "SELECT live_revision AS revision FROM index_files WHERE index_id = $1 AND live_revision IS NOT NULL";
	return `SELECT f.live_revision AS revision
		FROM index_files f
		JOIN indexes i ON i.id = f.index_id
		JOIN vector_store_files s ON s.vector_store_id = i.vector_store_id AND s.file_id = f.file_id
		WHERE f.index_id = $1 AND f.live_revision IS NOT NULL AND ${filterSql(filter, "s.attributes", values)}`;
}

/** How many chunks may be found, by what was counted when each file became live. */
export async function countLiveChunks(db: Handle, indexId: number, filter: Filter | null): Promise<number> {
	const values: unknown[] = [indexId];
	const { rows } = await db.query<{ chunks: number }>(
		`SELECT coalesce(sum(f.chunks), 0)::bigint AS chunks
		 FROM index_files f WHERE f.index_id = $1 AND f.live_revision IN (${liveRevisionsSql(filter, values)})`,
		values,
	);
	return rows[0]?.chunks ?? 0;
}
