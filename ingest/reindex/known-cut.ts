import { isDeepStrictEqual } from "node:util";
import type { ChunkingStrategy } from "../../src/chunking-strategy.ts";
import type { Database } from "../../src/db/database.ts";
import { readDrafts } from "../../src/store/chunks.ts";
import type { HeldFile } from "../../src/store/lacking-files.ts";
import type { ChunkDraft } from "../../src/types.ts";

const PAGE = 500;

/**
 * Cutting by meaning is paid for by the sentence: what the active index has cut so, by the same settings and with the same
 * model, is taken over. Undefined where the document is to be cut; all other strategies cost nothing.
 */
export function knownCut(
	db: Database,
	{ cut }: HeldFile,
	wanted: { strategy: ChunkingStrategy; embedding_model: string | null },
): AsyncIterable<ChunkDraft> | undefined {
	if (wanted.strategy.type !== "semantic" || !isDeepStrictEqual(wanted.strategy, cut.strategy)) return undefined;
	return wanted.embedding_model === cut.embedding_model ? read(db, cut) : undefined;
}

async function* read(db: Database, place: HeldFile["cut"]): AsyncGenerator<ChunkDraft> {
	for (let after = -1; ; ) {
		const drafts = await readDrafts(db, place, after, PAGE);
		for (const { ordinal, ...draft } of drafts) {
			yield draft;
			after = ordinal;
		}
		if (drafts.length < PAGE) return;
	}
}
