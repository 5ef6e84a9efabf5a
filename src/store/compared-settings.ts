import type { QuestionMeasures } from "../comparison.ts";
import type { Handle } from "../db/handle.ts";
import type { Location } from "../types.ts";

/** A place in a document that would be sent to the model; its text is read where it is shown. */
export type SentSpan = { file_id: string; filename: string; start: number; end: number; location: Location };

/** What one question found under one of the settings. */
export type Outcome = { measures: QuestionMeasures; sent: SentSpan[] };

export type ComparedRow = {
	place: number;
	index_id: number | null;
	/** The index was built for the comparison. */
	hidden: boolean;
	public_id: string | null;
	chunks: number;
	tokens_embedded: number;
	seconds: number;
	asked: boolean;
};

/** What is done of each of a comparison's settings; those that were not begun have no row. */
export async function listCompared(db: Handle, comparisonId: string): Promise<ComparedRow[]> {
	const { rows } = await db.query<ComparedRow>(
		`SELECT s.place, s.index_id, i.comparison_id IS NOT DISTINCT FROM s.comparison_id AS hidden, i.public_id,
			(SELECT coalesce(sum(f.chunks), 0)::bigint FROM index_files f
			 WHERE f.index_id = s.index_id AND f.live_revision IS NOT NULL) AS chunks,
			s.tokens_embedded, s.seconds, s.outcomes IS NOT NULL AS asked
		 FROM compared_settings s LEFT JOIN indexes i ON i.id = s.index_id AND i.removed_at IS NULL
		 WHERE s.comparison_id = $1 ORDER BY s.place`,
		[comparisonId],
	);
	return rows;
}

/** Notes which index is asked for the settings at that place. */
export async function setComparedIndex(
	db: Handle,
	comparisonId: string,
	place: number,
	indexId: number,
): Promise<void> {
	await db.query(
		`INSERT INTO compared_settings (comparison_id, place, index_id) VALUES ($1, $2, $3)
		 ON CONFLICT (comparison_id, place) DO UPDATE SET index_id = excluded.index_id, outcomes = NULL`,
		[comparisonId, place, indexId],
	);
}

/** Adds to what the build took: tokens that were sent just now, and seconds since it was last added to. */
export async function addToBuild(
	db: Handle,
	comparisonId: string,
	place: number,
	{ tokens, seconds }: { tokens: number; seconds: number },
): Promise<void> {
	await db.query(
		`UPDATE compared_settings SET tokens_embedded = tokens_embedded + $3, seconds = seconds + $4
		 WHERE comparison_id = $1 AND place = $2`,
		[comparisonId, place, tokens, seconds],
	);
}

export async function keepOutcomes(
	db: Handle,
	comparisonId: string,
	place: number,
	outcomes: Outcome[],
): Promise<void> {
	await db.query("UPDATE compared_settings SET outcomes = $3::jsonb WHERE comparison_id = $1 AND place = $2", [
		comparisonId,
		place,
		JSON.stringify(outcomes),
	]);
}

/** In the order of the questions. */
export async function getOutcomes(db: Handle, comparisonId: string, place: number): Promise<Outcome[]> {
	const { rows } = await db.query<{ outcomes: Outcome[] | null }>(
		"SELECT outcomes FROM compared_settings WHERE comparison_id = $1 AND place = $2",
		[comparisonId, place],
	);
	return rows[0]?.outcomes ?? [];
}

/** They are in the results now, and may be many. */
export async function clearOutcomes(db: Handle, comparisonId: string): Promise<void> {
	await db.query("UPDATE compared_settings SET outcomes = NULL WHERE comparison_id = $1", [comparisonId]);
}
