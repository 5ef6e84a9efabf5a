import type { Handle } from "../db/handle.ts";
import { noConversation } from "../operations/conversation-errors.ts";
import { type ConversationRow, getConversation } from "../store/conversations.ts";

/** The conversation, or 404. */
export async function requireConversation(db: Handle, projectId: string, id: string): Promise<ConversationRow> {
	const conversation = await getConversation(db, projectId, id);
	if (!conversation) throw noConversation(id);
	return conversation;
}
