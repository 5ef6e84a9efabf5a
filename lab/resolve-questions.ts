import type { ComparisonResults } from "../src/comparison.ts";
import { ExcerptError } from "../src/errors.ts";
import { Overtaken } from "../src/jobs/while-current.ts";
import { getEntries, listSample } from "../src/store/comparison-files.ts";
import { type ComparisonRow, type Found, getFound, getQuestions, keepFound } from "../src/store/comparisons.ts";
import { getActiveIndex } from "../src/store/indexes.ts";
import { type HeldFile, listHeldFiles } from "../src/store/lacking-files.ts";
import type { LabDeps } from "./deps.ts";
import { findEvidence } from "./find-evidence.ts";
import { generateQuestions } from "./generate-questions.ts";
import type { Report } from "./report-progress.ts";

/**
 * The questions with the places of their evidence, found once; those that a model is to write are written first. Throws
 * where none can be asked.
 */
export async function resolveQuestions(
	deps: LabDeps,
	comparison: ComparisonRow,
	report: Report,
	signal: AbortSignal,
): Promise<Found> {
	const { db } = deps;
	const { id, project_id, vector_store_id, generate } = comparison;
	const known = await getFound(db, id);
	if (known) return known;
	if (generate !== null) await generateQuestions(deps, comparison, await heldFiles(deps, comparison), report, signal);
	const asked = await getQuestions(db, id);
	const files = new Set(asked.flatMap(({ evidence }) => evidence.map(({ file_id }) => file_id)));
	// Before what is held is read: a file that goes after this has no such entry at the end, also where it came back.
	const entries = await getEntries(db, vector_store_id, [...files]);
	const held = await heldFiles(deps, comparison);
	const found = await findEvidence(db, project_id, asked, held, {
		signal,
		report: (done, of) => report({ stage: "evidence", done, of, unit: "files" }),
	});
	if (found.questions.length === 0) throw noneLeft(found.skipped);
	await keepFound(db, id, { ...found, entries });
	return { ...found, entries };
}

/** The files that are compared on, as the store's active index holds them. */
async function heldFiles(
	{ db }: Pick<LabDeps, "db">,
	{ id, vector_store_id, sample_files }: ComparisonRow,
): Promise<(HeldFile & { length: number })[]> {
	const active = await getActiveIndex(db, vector_store_id);
	if (!active) throw new Overtaken();
	const held = await listHeldFiles(db, active.id);
	if (sample_files === null) return held;
	const sample = new Set(await listSample(db, id));
	return held.filter(({ file_id }) => sample.has(file_id));
}

export function noneLeft(skipped: ComparisonResults["skipped"]): ExcerptError {
	const [first] = skipped;
	const why = first ? ` The first: ${first.reason}` : "";
	return new ExcerptError("invalid_value", `No question can be asked: of none was the evidence found.${why}`);
}
