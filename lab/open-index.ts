import { build } from "../ingest/reindex/build.ts";
import type { ComparedSettings } from "../src/comparison.ts";
import { newId } from "../src/ids.ts";
import { Overtaken } from "../src/jobs/while-current.ts";
import { addToBuild, listCompared, setComparedIndex } from "../src/store/compared-settings.ts";
import type { ComparisonRow } from "../src/store/comparisons.ts";
import { findHiddenIndex, findIndexesOf, insertHiddenIndex } from "../src/store/hidden-indexes.ts";
import { beginBuild } from "../src/store/index-builds.ts";
import { getIndex } from "../src/store/indexes.ts";
import { lacksFiles } from "../src/store/lacking-files.ts";
import { countingEmbedder } from "./counting-embedder.ts";
import type { LabDeps } from "./deps.ts";

/**
 * The index that is asked for the settings at that place: one of the store's that holds everything, or else a hidden one,
 * built now or for settings before them that differ in what is sent alone. Vectors are taken from wherever they are known.
 * Safe to repeat from any point.
 */
export async function openIndex(
	deps: LabDeps,
	comparison: ComparisonRow,
	place: number,
	signal: AbortSignal,
): Promise<number> {
	const settings = comparison.settings[place] as ComparedSettings;
	const known = await findComplete(deps, comparison, settings);
	if (known !== undefined) {
		await setComparedIndex(deps.db, comparison.id, place, known);
		return known;
	}
	const id = await findHiddenIndex(deps.db, comparison.id, settings);
	if (id !== undefined && (await isBuiltBefore(deps, comparison, place, id))) {
		await setComparedIndex(deps.db, comparison.id, place, id);
		return id;
	}
	return buildHidden(deps, comparison, place, id, signal);
}

async function isBuiltBefore({ db }: LabDeps, comparison: ComparisonRow, place: number, id: number): Promise<boolean> {
	const compared = await listCompared(db, comparison.id);
	return compared.some((other) => other.index_id === id && other.place < place);
}

/** An index of the store holds all of it, so that on a sample it cannot be compared. */
async function findComplete(
	{ db }: LabDeps,
	{ vector_store_id, sample_files }: ComparisonRow,
	settings: ComparedSettings,
): Promise<number | undefined> {
	if (sample_files !== null) return undefined;
	for (const id of await findIndexesOf(db, vector_store_id, settings)) if (!(await lacksFiles(db, id))) return id;
	return undefined;
}

async function buildHidden(
	deps: LabDeps,
	{ id: comparisonId, settings }: ComparisonRow,
	place: number,
	begun: number | undefined,
	signal: AbortSignal,
): Promise<number> {
	const { db, embedder } = deps;
	const { chunking_strategy, embedding_model } = settings[place] as ComparedSettings;
	const given = { public_id: newId("index"), chunking_strategy, embedding_model };
	const id = begun ?? (await insertHiddenIndex(db, comparisonId, given));
	const index = id === undefined ? undefined : await getIndex(db, id);
	if (!index) throw new Overtaken();
	await setComparedIndex(db, comparisonId, place, index.id);
	await beginBuild(db, index.id);

	let since = performance.now();
	const took = async (tokens: number) => {
		const seconds = (performance.now() - since) / 1000;
		since = performance.now();
		await addToBuild(db, comparisonId, place, { tokens, seconds });
	};
	const counted = embedder && countingEmbedder(embedder, took);
	try {
		await build({ ...deps, embedder: counted }, index, signal);
	} finally {
		// Where the attempt failed, too; what a killed one took since its last vectors is lost.
		await took(0);
	}
	return index.id;
}
