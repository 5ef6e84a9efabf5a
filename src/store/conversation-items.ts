import type { Handle } from "../db/handle.ts";
import { type Page, type PageRequest, pageOf, pageSql } from "./page.ts";
import type { StoredItem } from "./responses.ts";

export type ConversationItemRow = { seq: number; body: StoredItem };

/** Puts the items at the end, in their order. */
export async function insertItems(
	tx: Handle,
	projectId: string,
	conversationId: string,
	items: StoredItem[],
): Promise<void> {
	await tx.query(
		`INSERT INTO conversation_items (conversation_id, project_id, id, body)
		 SELECT $1, $2, item->>'id', item FROM jsonb_array_elements($3::jsonb) WITH ORDINALITY AS given (item, place)
		 ORDER BY place`,
		[conversationId, projectId, JSON.stringify(items)],
	);
}

export async function getItem(
	db: Handle,
	projectId: string,
	conversationId: string,
	id: string,
): Promise<ConversationItemRow | undefined> {
	const { rows } = await db.query<ConversationItemRow>(
		"SELECT seq, body FROM conversation_items WHERE project_id = $1 AND conversation_id = $2 AND id = $3",
		[projectId, conversationId, id],
	);
	return rows[0];
}

/** Those of the ids that the conversation has. */
export async function findItems(
	db: Handle,
	projectId: string,
	conversationId: string,
	ids: string[],
): Promise<Set<string>> {
	const { rows } = await db.query<{ id: string }>(
		"SELECT id FROM conversation_items WHERE project_id = $1 AND conversation_id = $2 AND id = ANY($3::text[])",
		[projectId, conversationId, ids],
	);
	return new Set(rows.map((row) => row.id));
}

export async function listItems(
	db: Handle,
	projectId: string,
	conversationId: string,
	page: PageRequest,
): Promise<Page<ConversationItemRow>> {
	const values: unknown[] = [projectId, conversationId];
	const { rows } = await db.query<ConversationItemRow>(
		`SELECT seq, body FROM conversation_items
		 WHERE project_id = $1 AND conversation_id = $2 ${pageSql("seq", page, values)}`,
		values,
	);
	return pageOf(rows, page);
}

/**
 * What an answer is given on, oldest first: the newest thousand items, more than any history budget sends, and what
 * instructs however far back it stands. What searches found is left where it is.
 */
export async function readItems(db: Handle, projectId: string, conversationId: string): Promise<StoredItem[]> {
	const { rows } = await db.query<{ body: StoredItem }>(
		`SELECT body - 'results' AS body FROM conversation_items
		 WHERE project_id = $1 AND conversation_id = $2 AND (
			body->>'role' IN ('system', 'developer')
			OR seq IN (SELECT seq FROM conversation_items WHERE project_id = $1 AND conversation_id = $2 ORDER BY seq DESC LIMIT 1000)
		 ) ORDER BY seq`,
		[projectId, conversationId],
	);
	return rows.map((row) => row.body);
}

export async function deleteItem(db: Handle, projectId: string, conversationId: string, id: string): Promise<boolean> {
	const { rowCount } = await db.query(
		"DELETE FROM conversation_items WHERE project_id = $1 AND conversation_id = $2 AND id = $3",
		[projectId, conversationId, id],
	);
	return rowCount === 1;
}
