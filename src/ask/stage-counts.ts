import type { Cut } from "./cut.ts";
import type { Found } from "./search-queries.ts";

/** How many passages each stage found, scored and dropped. */
export type StageCounts = {
	/** For each query: chunks that lexical and dense search brought, and passages they are together. */
	queries: { query: string; lexical: number; dense: number; fused: number }[];
	/** Different passages over all queries. */
	found: number;
	/** Passages that the reranker scored; null where none ran. */
	reranked: number | null;
	dropped: {
		/** Too far down to be scored by the reranker. */
		not_reranked: number;
		/** `score_threshold` */
		below_threshold: number;
		/** `max_num_results` */
		over_limit: number;
	};
	returned: number;
};

export function countStages(found: Found[], reranked: number | null, { kept, ...dropped }: Cut): StageCounts {
	const ids = found.flatMap(({ candidates }) => candidates.map(({ chunk_id }) => chunk_id));
	const different = new Set(ids).size;
	return {
		queries: found.map(({ candidates, ...counts }) => ({ ...counts, fused: candidates.length })),
		found: different,
		reranked,
		dropped: { not_reranked: reranked === null ? 0 : different - reranked, ...dropped },
		returned: kept.length,
	};
}

/** Of several searches of one turn: what each found and dropped, in sum. */
export function addStages(one: StageCounts, other: StageCounts): StageCounts {
	return {
		queries: [...one.queries, ...other.queries],
		found: one.found + other.found,
		reranked: one.reranked === null && other.reranked === null ? null : (one.reranked ?? 0) + (other.reranked ?? 0),
		dropped: {
			not_reranked: one.dropped.not_reranked + other.dropped.not_reranked,
			below_threshold: one.dropped.below_threshold + other.dropped.below_threshold,
			over_limit: one.dropped.over_limit + other.dropped.over_limit,
		},
		returned: one.returned + other.returned,
	};
}
