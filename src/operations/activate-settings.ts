import type { ComparedSettings } from "../comparison.ts";
import type { Handle } from "../db/handle.ts";
import type { JobQueue } from "../jobs/queue.ts";
import type { ComparisonRow } from "../store/comparisons.ts";
import { revealIndex } from "../store/hidden-indexes.ts";
import { type BuildRow, getBuild, lockActiveIndex } from "../store/index-builds.ts";
import { activateIndex } from "./activate-index.ts";
import { queueBuild } from "./queue-build.ts";

/** Former indexes that stay, as where a build does not say. */
const KEEP = 1;

/**
 * Lets a store answer by compared settings: from the index that was asked, as soon as it holds what the store does; where
 * that one holds a sample alone or is gone, from one that is built now. Returns that index's public id.
 * Throws 400 where another index is being built that would be in the way.
 */
export async function activateSettings(
	tx: Handle,
	queue: JobQueue,
	comparison: ComparisonRow,
	place: number,
): Promise<string> {
	const { vector_store_id, project_id, sample_files } = comparison;
	await lockActiveIndex(tx, vector_store_id);
	const asked = comparison.index_ids[place];
	const index = asked && sample_files === null ? await getBuild(tx, vector_store_id, asked) : undefined;
	if (index) return activateAsked(tx, queue, index);
	const { chunking_strategy, embedding_model } = comparison.settings[place] as ComparedSettings;
	const settings = { chunking_strategy, embedding_model, project_id, vector_store_id };
	return queueBuild(tx, queue, { ...settings, activate: "when_complete", keep: KEEP });
}

async function activateAsked(tx: Handle, queue: JobQueue, index: BuildRow): Promise<string> {
	if (index.comparison_id !== null) await revealIndex(tx, index.id);
	await activateIndex(tx, queue, index);
	return index.public_id;
}
