import type { Handle } from "../db/handle.ts";

/** The chunks right before and after each of these in its document; those given are none of them. In reading order. */
export async function findNeighbours(
	db: Handle,
	indexId: number,
	ids: number[],
): Promise<{ id: number; beside: number }[]> {
	const { rows } = await db.query<{ id: number; beside: number }>(
		`SELECT n.id, c.id AS beside
		 FROM chunks c
		 JOIN chunks n ON n.index_id = c.index_id AND n.revision = c.revision AND n.ordinal IN (c.ordinal - 1, c.ordinal + 1)
		 WHERE c.index_id = $1 AND c.id = ANY($2::bigint[]) AND n.id <> ALL($2::bigint[])
		 ORDER BY n.revision, n.ordinal`,
		[indexId, ids],
	);
	return rows;
}
