import type { Handle } from "../db/handle.ts";
import { type StoredItem, type StoredResponse, UNENDED } from "./responses.ts";

/** A background response that has not ended, as one run takes it up. */
export type BackgroundRow = {
	id: string;
	project_id: string;
	/** Counts from 1. */
	run: number;
	input: StoredItem[];
	body: StoredResponse;
	request: Record<string, unknown>;
	streamed: boolean;
	/** The number of the last event that is kept; -1 where none is. */
	told: number;
};

/** Makes it a further run's, with the status that says so. Undefined where it has ended or is gone. */
export async function startRun(db: Handle, projectId: string, id: string): Promise<BackgroundRow | undefined> {
	const { rows } = await db.query<BackgroundRow>(
		`UPDATE responses SET run = run + 1, body = jsonb_set(body, '{status}', '"in_progress"')
		 WHERE project_id = $1 AND id = $2 AND ${UNENDED}
		 RETURNING id, project_id, run, input, body, request, streamed,
			(SELECT coalesce(max(last_number), -1) FROM response_events WHERE response_id = id) AS told`,
		[projectId, id],
	);
	return rows[0];
}

/** False once it has ended, is gone, or is another run's. */
export async function isCurrentRun(db: Handle, { id, run }: { id: string; run: number }): Promise<boolean> {
	const { rowCount } = await db.query(`SELECT FROM responses WHERE id = $1 AND run = $2 AND ${UNENDED}`, [id, run]);
	return rowCount === 1;
}

/** Keeps the row as it is to the end of the transaction. Undefined where it has ended or is gone. */
export async function lockUnended(
	tx: Handle,
	projectId: string,
	id: string,
): Promise<{ run: number; body: StoredResponse } | undefined> {
	const { rows } = await tx.query<{ run: number; body: StoredResponse }>(
		`SELECT run, body FROM responses WHERE project_id = $1 AND id = $2 AND ${UNENDED} FOR NO KEY UPDATE`,
		[projectId, id],
	);
	return rows[0];
}

/** Gives it its last form. False, and nothing changes, where it has ended before, is gone, or is another run's. */
export async function finishRun(
	db: Handle,
	{ id, run }: { id: string; run: number },
	body: StoredResponse,
	receipt: unknown,
): Promise<boolean> {
	const { rowCount } = await db.query(
		`UPDATE responses SET body = $3::jsonb, receipt = $4::jsonb, request = NULL
		 WHERE id = $1 AND run = $2 AND ${UNENDED}`,
		[id, run, JSON.stringify(body), JSON.stringify(receipt)],
	);
	return rowCount === 1;
}
