import type { Handle } from "../db/handle.ts";

/** An event of a background response, as it is told. */
export type StoredEvent = { type: string; sequence_number: number } & Record<string, unknown>;

/** Where it is notified that a response has new events; the payload is the response's id. */
export const EVENTS_CHANNEL = "excerpt_response_events";

/**
 * Keeps events in one row, and notifies whoever follows the response. False, and nothing is kept, where the response has
 * ended, is gone, or is another run's: the row is held for the time, so that no other ends it in between.
 */
export async function appendEvents(
	db: Handle,
	{ id, run }: { id: string; run: number },
	events: StoredEvent[],
): Promise<boolean> {
	const { rowCount } = await db.query(
		`WITH current AS (
			SELECT id, project_id FROM responses
			WHERE id = $1 AND run = $2 AND body->>'status' IN ('queued', 'in_progress') FOR NO KEY UPDATE
		 ), kept AS (
			INSERT INTO response_events (response_id, project_id, last_number, events)
			SELECT id, project_id, $3, $4::json FROM current RETURNING response_id
		 )
		 SELECT pg_notify($5, response_id) FROM kept`,
		[id, run, events.at(-1)?.sequence_number, JSON.stringify(events), EVENTS_CHANNEL],
	);
	return rowCount === 1;
}

/**
 * A response's events after this number, in order, and whether there will be no more: then these are the last. Undefined
 * where there is no such response.
 */
export async function readEvents(
	db: Handle,
	projectId: string,
	id: string,
	after: number,
): Promise<{ events: StoredEvent[]; ended: boolean } | undefined> {
	const { rows } = await db.query<{ events: StoredEvent[] | null; ended: boolean }>(
		`SELECT e.events, r.body->>'status' NOT IN ('queued', 'in_progress') AS ended
		 FROM responses r LEFT JOIN response_events e ON e.response_id = r.id AND e.last_number > $3
		 WHERE r.project_id = $1 AND r.id = $2 ORDER BY e.last_number`,
		[projectId, id, after],
	);
	if (!rows[0]) return undefined;
	const events = rows.flatMap((row) => row.events ?? []).filter((event) => event.sequence_number > after);
	return { events, ended: rows[0].ended };
}

/** Of responses that have ended, and were created so many hours ago; they are no longer streamed then. */
export async function deleteOldEvents(db: Handle, hours: number): Promise<void> {
	await db.query(
		`WITH old AS (
			UPDATE responses SET streamed = false
			WHERE streamed AND created_at < now() - make_interval(hours => $1::int)
			AND body->>'status' NOT IN ('queued', 'in_progress') RETURNING id
		 )
		 DELETE FROM response_events USING old WHERE response_id = old.id`,
		[hours],
	);
}
