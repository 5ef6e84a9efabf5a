import type { Handle } from "../db/handle.ts";
import { countTokens } from "../models/tokens.ts";
import { listPassageRows, sumLiveTokens } from "../store/passages.ts";
import type { ContextPassage } from "../types.ts";
import { excerptOf } from "./context.ts";
import type { openIndexes } from "./open-indexes.ts";

/**
 * The files of these indexes whole, each one excerpt, as far as that is what the budget takes; null where it is not: then
 * they are searched. `tokens` is what the excerpts take of it.
 */
export async function readWholeFiles(
	db: Handle,
	indexes: Awaited<ReturnType<typeof openIndexes>>,
	budget: number,
): Promise<{ excerpts: ContextPassage[]; tokens: number } | null> {
	const ids = indexes.map(({ id }) => id);
	// What is far too much is not read.
	if (ids.length === 0 || (await sumLiveTokens(db, ids)) > budget) return null;
	const excerpts: ContextPassage[] = [];
	let total = 0;
	for (const id of ids) {
		const rows = await listPassageRows(db, id);
		for (const group of Map.groupBy(rows, ({ file_id }) => file_id).values()) {
			const passages = group.map(({ id: chunk, ...row }) => ({
				...row,
				chunk_id: `chunk_${id}_${chunk}`,
				score: 1,
				scores: { lexical: null, dense: null, rerank: null },
			}));
			const { text, tokens } = excerptOf(passages);
			total += tokens;
			excerpts.push({ number: excerpts.length + 1, passages, text, tokens: countTokens(text), score: 1 });
		}
	}
	return total <= budget ? { excerpts, tokens: total } : null;
}
