import type { Handle } from "../db/handle.ts";
import { isProse } from "../location.ts";
import { findNeighbours } from "../store/neighbours.ts";
import { type PassageRow, readPassageRows } from "../store/passages.ts";
import type { Passage } from "../types.ts";
import type { Candidate } from "./candidate.ts";

/** No search brought them: nothing is known of how well they fit. */
const UNSCORED = { score: 0, scores: { lexical: null, dense: null, rerank: null } };

/**
 * What stands right before and after the best passages in their documents, for what is left of a budget: a thought goes on
 * behind the end of a chunk. `read` are the candidates' passages. Rows and records have none: the one beside is of
 * something else.
 */
export async function readNeighbours(
	db: Handle,
	candidates: Candidate[],
	read: Pick<Passage, "chunk_id" | "location">[],
	count: number,
): Promise<Passage[]> {
	const prose = new Set(read.filter(({ location }) => isProse(location)).map(({ chunk_id }) => chunk_id));
	const best = candidates.slice(0, count).filter(({ chunk_id }) => prose.has(chunk_id));
	const passages: Passage[] = [];
	for (const [indexId, group] of Map.groupBy(best, ({ trace }) => trace.index_id)) {
		const ids = group.map(({ id }) => id);
		const found = await findNeighbours(db, indexId, ids);
		const rows = await readPassageRows(db, indexId, [...new Set(found.map(({ id }) => id))]);
		const byId = new Map(rows.map((row) => [row.id, row]));
		// Those of the best passage come first.
		for (const { id } of found.toSorted((a, b) => ids.indexOf(a.beside) - ids.indexOf(b.beside))) {
			const row = byId.get(id);
			if (row) passages.push(passageOf(indexId, row));
		}
	}
	return passages;
}

function passageOf(indexId: number, { id, ...row }: PassageRow): Passage {
	return { ...row, ...UNSCORED, chunk_id: `chunk_${indexId}_${id}` };
}
