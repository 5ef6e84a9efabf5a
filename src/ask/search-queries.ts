import type { Handle } from "../db/handle.ts";
import type { Filter } from "../filter.ts";
import type { IndexRow } from "../store/indexes.ts";
import { byScore, type Candidate, type Hit } from "./candidate.ts";
import type { FusionWeights } from "./fuse.ts";
import type { Query } from "./plan-queries.ts";
import { searchIndex } from "./search-index.ts";

/** What one query found, best first, and how many chunks each search brought, over all stores. */
export type Found = { query: string; lexical: number; dense: number; candidates: Candidate[] };

export type Wanted = {
	filter: Filter | null;
	/** Passages that later stages have use for. */
	limit: number;
	weights: FusionWeights | null;
};

/** Each query asked of each index by itself. `embeddings`: by model a vector for each query, to come. */
export async function searchQueries(
	db: Handle,
	indexes: IndexRow[],
	queries: Query[],
	embeddings: Map<string, Promise<string[]>>,
	wanted: Wanted,
): Promise<Found[]> {
	const found: Found[] = [];
	for (const [place, { text: query, background }] of queries.entries()) {
		const counts = { lexical: 0, dense: 0 };
		const hits: Hit[] = [];
		for (const index of indexes) {
			const ofModel = index.embedding_model === null ? undefined : embeddings.get(index.embedding_model);
			const embedding = ofModel?.then((all) => all[place] as string) ?? null;
			const one = await searchIndex(db, index, { ...wanted, query, background, embedding });
			counts.lexical += one.lexical;
			counts.dense += one.dense;
			hits.push(...one.hits);
		}
		const candidates = hits
			.toSorted(byScore)
			.map((hit, place) => ({ ...hit, fused: { score: hit.score, rank: place + 1 } }));
		found.push({ query, ...counts, candidates });
	}
	return found;
}
