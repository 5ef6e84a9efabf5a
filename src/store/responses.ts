import type { Handle } from "../db/handle.ts";

/** A stored response: items as the client sent them, the response object as the client received it. */
export type ResponseRow = {
	id: string;
	previous_response_id: string | null;
	input: StoredItem[];
	body: StoredResponse;
	receipt: unknown;
};

export type StoredItem = { id: string; type: string } & Record<string, unknown>;
export type StoredResponse = { id: string; output: StoredItem[] } & Record<string, unknown>;

/** Of a row: whether it will still change. */
export const UNENDED = "body->>'status' IN ('queued', 'in_progress')";

/** Of a background response that is still to be answered: what is asked, and whether its events are kept. */
export type Unanswered = { request: object; streamed: boolean };

export async function insertResponse(
	db: Handle,
	response: ResponseRow & { project_id: string } & Partial<Unanswered>,
): Promise<void> {
	await db.query(
		`INSERT INTO responses (id, project_id, previous_response_id, input, body, receipt, request, streamed)
		 VALUES ($1, $2, $3, $4::jsonb, $5::jsonb, $6::jsonb, $7::jsonb, $8)`,
		[
			response.id,
			response.project_id,
			response.previous_response_id,
			JSON.stringify(response.input),
			JSON.stringify(response.body),
			JSON.stringify(response.receipt),
			response.request && JSON.stringify(response.request),
			response.streamed ?? false,
		],
	);
}

export async function getResponse(
	db: Handle,
	projectId: string,
	id: string,
): Promise<(ResponseRow & Pick<Unanswered, "streamed">) | undefined> {
	const { rows } = await db.query<ResponseRow & Pick<Unanswered, "streamed">>(
		"SELECT id, previous_response_id, input, body, receipt, streamed FROM responses WHERE project_id = $1 AND id = $2",
		[projectId, id],
	);
	return rows[0];
}

/** A response and those before it, oldest first; as many as a conversation can usefully have. */
export async function getResponseChain(db: Handle, projectId: string, id: string): Promise<ResponseRow[]> {
	const { rows } = await db.query<ResponseRow>(
		`WITH RECURSIVE chain AS (
			SELECT id, previous_response_id, input, body, receipt, 1 AS depth
			FROM responses WHERE project_id = $1 AND id = $2
			UNION ALL
			SELECT r.id, r.previous_response_id, r.input, r.body, r.receipt, chain.depth + 1
			FROM responses r JOIN chain ON r.id = chain.previous_response_id
			WHERE r.project_id = $1 AND chain.depth < 500
		 )
		 SELECT id, previous_response_id, input, body, receipt FROM chain ORDER BY depth DESC`,
		[projectId, id],
	);
	return rows;
}

/** With its events. Returns what it was; undefined where there was none. */
export async function deleteResponse(db: Handle, projectId: string, id: string): Promise<StoredResponse | undefined> {
	const { rows } = await db.query<{ body: StoredResponse }>(
		"DELETE FROM responses WHERE project_id = $1 AND id = $2 RETURNING body",
		[projectId, id],
	);
	return rows[0]?.body;
}
