import type { Handle } from "../db/handle.ts";
import { readPassageRows } from "../store/passages.ts";
import type { Passage } from "../types.ts";
import type { Candidate } from "./candidate.ts";

/** What the candidates say, in their order: read for those alone that are wanted, which are a few of all that were scored. */
export async function readPassages(db: Handle, candidates: Candidate[]): Promise<Passage[]> {
	const read = new Map<string, Omit<Passage, "chunk_id" | "score" | "scores">>();
	for (const [indexId, group] of Map.groupBy(candidates, ({ trace }) => trace.index_id)) {
		const chunkIds = new Map(group.map(({ id, chunk_id }) => [id, chunk_id]));
		for (const { id, ...row } of await readPassageRows(db, indexId, [...chunkIds.keys()])) {
			read.set(chunkIds.get(id) as string, row);
		}
	}
	return candidates.flatMap(({ chunk_id, score, scores }) => {
		const row = read.get(chunk_id);
		return row ? [{ ...row, chunk_id, score, scores }] : [];
	});
}
