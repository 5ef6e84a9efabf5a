import type { Database } from "../src/db/database.ts";
import { keepSample } from "../src/store/comparison-files.ts";
import { type ComparisonRow, getQuestions } from "../src/store/comparisons.ts";
import { getActiveIndex } from "../src/store/indexes.ts";
import { listHeldFiles } from "../src/store/lacking-files.ts";
import { randomOf, shuffled } from "./random.ts";

/**
 * Draws the files that are compared on, where a sample was asked for: those that hold evidence of the questions, also
 * where they are more than were asked for, and others by chance. Drawn once: what comes later is none of it.
 */
export async function drawSample(db: Database, comparison: ComparisonRow): Promise<void> {
	const { id, vector_store_id, sample_files, sample, seed } = comparison;
	if (sample_files === null || sample !== null) return;
	const active = await getActiveIndex(db, vector_store_id);
	if (!active) return;
	const held = (await listHeldFiles(db, active.id)).map(({ file_id }) => file_id);
	const named = new Set((await getQuestions(db, id)).flatMap(({ evidence }) => evidence.map(({ file_id }) => file_id)));
	const [needed, others] = [held.filter((file) => named.has(file)), held.filter((file) => !named.has(file))];
	const drawn = shuffled(others.toSorted(), randomOf(seed)).slice(0, Math.max(0, sample_files - needed.length));
	await keepSample(db, id, [...needed, ...drawn], held.length);
}
