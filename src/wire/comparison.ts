import type { ComparisonResults } from "../comparison.ts";
import type { ComparisonProgress, ComparisonRow, Generated } from "../store/comparisons.ts";
import { unixSeconds } from "./timestamps.ts";

/** Ours alone. `results`: null until it is completed, undefined in a list, which would be too long with them. */
export function comparisonBody(row: ComparisonRow, results?: ComparisonResults | null) {
	return {
		id: row.id,
		object: "vector_store.comparison" as const,
		vector_store_id: row.vector_store_id,
		status: row.status,
		progress: progressBody(row),
		last_error: row.last_error,
		settings: row.settings.map((settings, place) => ({ ...settings, index_id: row.index_ids[place] ?? null })),
		model: row.model,
		generate: row.generate,
		generated: generatedBody(row.generated),
		sample: row.sample,
		created_at: unixSeconds(row.created_at),
		ended_at: row.ended_at && unixSeconds(row.ended_at),
		...(results !== undefined && { results: results && withIndexes(results, row.index_ids) }),
	};
}

function generatedBody(generated: Generated | null) {
	if (!generated) return null;
	const { tried, ...told } = generated;
	return { asked: tried.length, ...told };
}

/** Builds tell how far they are themselves. */
function progressBody({ progress, build }: ComparisonRow): ComparisonProgress | null {
	return progress?.stage === "build" && build ? { ...progress, ...build } : progress;
}

/** As the indexes are now: one that was removed since cannot be asked any more. */
function withIndexes(results: ComparisonResults, indexIds: (string | null)[]): ComparisonResults {
	const settings = results.settings.map((one, place) => ({ ...one, index_id: indexIds[place] ?? null }));
	return { ...results, settings };
}
