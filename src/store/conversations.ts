import type { Handle } from "../db/handle.ts";
import type { Metadata } from "../types.ts";

export type ConversationRow = { id: string; metadata: Metadata; created_at: Date };

const COLUMNS = "id, metadata, created_at";

export async function insertConversation(
	db: Handle,
	conversation: { id: string; project_id: string; metadata: Metadata },
): Promise<ConversationRow> {
	const { rows } = await db.query<ConversationRow>(
		`INSERT INTO conversations (id, project_id, metadata) VALUES ($1, $2, $3::jsonb) RETURNING ${COLUMNS}`,
		[conversation.id, conversation.project_id, JSON.stringify(conversation.metadata)],
	);
	return rows[0] as ConversationRow;
}

export async function getConversation(db: Handle, projectId: string, id: string): Promise<ConversationRow | undefined> {
	const { rows } = await db.query<ConversationRow>(
		`SELECT ${COLUMNS} FROM conversations WHERE project_id = $1 AND id = $2`,
		[projectId, id],
	);
	return rows[0];
}

/** Undefined where there is none such. */
export async function updateConversation(
	db: Handle,
	projectId: string,
	id: string,
	metadata: Metadata,
): Promise<ConversationRow | undefined> {
	const { rows } = await db.query<ConversationRow>(
		`UPDATE conversations SET metadata = $3::jsonb WHERE project_id = $1 AND id = $2 RETURNING ${COLUMNS}`,
		[projectId, id, JSON.stringify(metadata)],
	);
	return rows[0];
}

/** Removes it with its items. True where there was one. */
export async function deleteConversation(db: Handle, projectId: string, id: string): Promise<boolean> {
	const { rowCount } = await db.query("DELETE FROM conversations WHERE project_id = $1 AND id = $2", [projectId, id]);
	return rowCount === 1;
}
