import type { Conversation } from "openai/resources/conversations";
import type { ConversationRow } from "../store/conversations.ts";
import { unixSeconds } from "./timestamps.ts";

export function conversationBody(row: ConversationRow): Conversation {
	return { id: row.id, object: "conversation", created_at: unixSeconds(row.created_at), metadata: row.metadata };
}
