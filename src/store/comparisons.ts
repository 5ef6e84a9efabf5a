import type { ComparedSettings, ComparisonQuestion, ComparisonResults, EvidenceSpan } from "../comparison.ts";
import type { Handle } from "../db/handle.ts";
import type { ErrorCode } from "../errors.ts";
import { type Page, type PageRequest, pageOf, pageSql } from "./page.ts";
import type { Progress } from "./vector-store-files.ts";

export type ComparisonStatus = "queued" | "in_progress" | "completed" | "failed" | "cancelled";

/** What a comparison is at; `setting` where it is one of them. `done` of `of` is counted in `unit`. */
export type ComparisonProgress = Partial<Progress> & { stage: string; setting?: string };

/** What a model was asked for questions, how many were kept, and what that took. */
export type Generated = {
	/** Which tries are done, by number: they end in any order, and each is about a passage of its own. */
	tried: number[];
	kept: number;
	input_tokens: number;
	output_tokens: number;
	cost_usd: number | null;
};

/** A question whose evidence was found in the stored documents. */
export type FoundQuestion = { question: string; answer?: string; evidence: EvidenceSpan[] };

/** Why a comparison failed. */
export type ComparisonError = { code: ErrorCode; message: string };

export type ComparisonRow = {
	id: string;
	seq: number;
	project_id: string;
	vector_store_id: string;
	status: ComparisonStatus;
	settings: ComparedSettings[];
	generate: number | null;
	generated: Generated | null;
	model: string | null;
	sample_files: number | null;
	seed: number;
	sample: { files: number; of: number } | null;
	progress: ComparisonProgress | null;
	last_error: ComparisonError | null;
	created_at: Date;
	ended_at: Date | null;
	/** The public id of the index of each of the settings; null where there is none, yet or any more. */
	index_ids: (string | null)[];
	/** How far the index is that is being built for it. */
	build: Progress | null;
};

const SELECT = `
	SELECT c.id, c.seq, c.project_id, c.vector_store_id, c.status, c.settings, c.generate, c.generated, c.model,
		c.sample_files, c.seed, c.sample, c.progress, c.last_error, c.created_at, c.ended_at,
		(SELECT jsonb_agg(i.public_id ORDER BY p.place)
		 FROM generate_series(0, jsonb_array_length(c.settings) - 1) AS p (place)
		 LEFT JOIN compared_settings s ON s.comparison_id = c.id AND s.place = p.place
		 LEFT JOIN indexes i ON i.id = s.index_id AND i.removed_at IS NULL) AS index_ids,
		(SELECT i.progress FROM indexes i
		 WHERE i.comparison_id = c.id AND i.status IN ('queued', 'building') AND i.removed_at IS NULL LIMIT 1) AS build
	FROM comparisons c`;

const UNENDED = "status IN ('queued', 'in_progress')";

export type NewComparison = Pick<
	ComparisonRow,
	"id" | "project_id" | "vector_store_id" | "settings" | "generate" | "model" | "sample_files" | "seed"
> & { questions: ComparisonQuestion[] };

export async function insertComparison(db: Handle, comparison: NewComparison): Promise<void> {
	await db.query(
		`INSERT INTO comparisons (id, project_id, vector_store_id, settings, questions, generate, model, sample_files, seed)
		 VALUES ($1, $2, $3, $4::jsonb, $5::jsonb, $6, $7, $8, $9)`,
		[
			comparison.id,
			comparison.project_id,
			comparison.vector_store_id,
			JSON.stringify(comparison.settings),
			JSON.stringify(comparison.questions),
			comparison.generate,
			comparison.model,
			comparison.sample_files,
			comparison.seed,
		],
	);
}

export async function getComparison(db: Handle, vectorStoreId: string, id: string): Promise<ComparisonRow | undefined> {
	const { rows } = await db.query<ComparisonRow>(`${SELECT} WHERE c.vector_store_id = $1 AND c.id = $2`, [
		vectorStoreId,
		id,
	]);
	return rows[0];
}

export async function listComparisons(
	db: Handle,
	vectorStoreId: string,
	page: PageRequest,
): Promise<Page<ComparisonRow>> {
	const values: unknown[] = [vectorStoreId];
	const { rows } = await db.query<ComparisonRow>(
		`${SELECT} WHERE c.vector_store_id = $1 ${pageSql("c.seq", page, values)}`,
		values,
	);
	return pageOf(rows, page);
}

/** What came out; null until it is completed. Apart from the row, because it may be some megabytes. */
export async function getResults(db: Handle, id: string): Promise<ComparisonResults | null> {
	const { rows } = await db.query<{ results: ComparisonResults | null }>(
		"SELECT results FROM comparisons WHERE id = $1",
		[id],
	);
	return rows[0]?.results ?? null;
}

/** A worker takes it up, or takes it up again. Undefined where it has ended or is gone. */
export async function beginComparison(db: Handle, id: string): Promise<ComparisonRow | undefined> {
	await db.query(`UPDATE comparisons SET status = 'in_progress' WHERE id = $1 AND status = 'queued'`, [id]);
	const { rows } = await db.query<ComparisonRow>(`${SELECT} WHERE c.id = $1 AND c.${UNENDED}`, [id]);
	return rows[0];
}

/** False once it has ended or is gone, by itself or with its store. */
export async function isComparisonWanted(db: Handle, id: string): Promise<boolean> {
	const { rowCount } = await db.query(`SELECT FROM comparisons WHERE id = $1 AND ${UNENDED}`, [id]);
	return rowCount === 1;
}

export async function reportComparison(db: Handle, id: string, progress: ComparisonProgress): Promise<void> {
	await db.query(`UPDATE comparisons SET progress = $2::jsonb WHERE id = $1 AND ${UNENDED}`, [
		id,
		JSON.stringify(progress),
	]);
}

/** The questions as they were given, or written so far. */
export async function getQuestions(db: Handle, id: string): Promise<ComparisonQuestion[]> {
	const { rows } = await db.query<{ questions: ComparisonQuestion[] }>(
		"SELECT questions FROM comparisons WHERE id = $1",
		[id],
	);
	return rows[0]?.questions ?? [];
}

/** Keeps what tries at questions took so far, and those that they brought. */
export async function keepGenerated(
	db: Handle,
	id: string,
	generated: Generated,
	questions: ComparisonQuestion[],
): Promise<void> {
	await db.query("UPDATE comparisons SET generated = $2::jsonb, questions = questions || $3::jsonb WHERE id = $1", [
		id,
		JSON.stringify(generated),
		JSON.stringify(questions),
	]);
}

/** The questions that can be asked, and as what entry their files were in the store then (`getEntries`). */
export type Found = {
	questions: FoundQuestion[];
	skipped: ComparisonResults["skipped"];
	entries: Record<string, number>;
};

export async function keepFound(db: Handle, id: string, found: Found): Promise<void> {
	await db.query("UPDATE comparisons SET found = $2::jsonb WHERE id = $1", [id, JSON.stringify(found)]);
}

/** Undefined where the evidence was not looked for yet. */
export async function getFound(db: Handle, id: string): Promise<Found | undefined> {
	const { rows } = await db.query<{ found: Found | null }>("SELECT found FROM comparisons WHERE id = $1", [id]);
	return rows[0]?.found ?? undefined;
}

/** False where it was ended before. */
export async function completeComparison(db: Handle, id: string, results: ComparisonResults): Promise<boolean> {
	const { rowCount } = await db.query(
		`UPDATE comparisons SET status = 'completed', results = $2::jsonb, progress = NULL, found = NULL, ended_at = now()
		 WHERE id = $1 AND ${UNENDED}`,
		[id, JSON.stringify(results)],
	);
	return rowCount === 1;
}

/** Ends one that is queued or under way. False where there was none. */
export async function endUnfinished(
	db: Handle,
	id: string,
	end: { status: "cancelled" } | { status: "failed"; last_error: ComparisonError },
): Promise<boolean> {
	const { rowCount } = await db.query(
		`UPDATE comparisons SET status = $2, last_error = $3::jsonb, progress = NULL, ended_at = now()
		 WHERE id = $1 AND ${UNENDED}`,
		[id, end.status, end.status === "failed" ? JSON.stringify(end.last_error) : null],
	);
	return rowCount === 1;
}

export async function deleteComparison(db: Handle, id: string): Promise<void> {
	await db.query("DELETE FROM comparisons WHERE id = $1", [id]);
}
