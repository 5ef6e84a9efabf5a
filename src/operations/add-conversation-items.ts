import type { Handle } from "../db/handle.ts";
import { ExcerptError } from "../errors.ts";
import { findItems, insertItems } from "../store/conversation-items.ts";
import { isLocked } from "../store/conversation-locks.ts";
import type { StoredItem } from "../store/responses.ts";
import { conversationLocked, noConversation } from "./conversation-errors.ts";

/**
 * Puts a client's items at the end of a conversation. Not while a response is being answered on it: they would come to
 * stand before the question that was asked earlier. Throws 404, 400 (`conversation_locked`), 400 for an id it has already.
 */
export async function addConversationItems(
	tx: Handle,
	projectId: string,
	conversationId: string,
	items: StoredItem[],
): Promise<void> {
	const locked = await isLocked(tx, projectId, conversationId);
	if (locked === undefined) throw noConversation(conversationId);
	if (locked) throw conversationLocked();
	await requireNewItems(tx, projectId, conversationId, items, "items");
	await insertItems(tx, projectId, conversationId, items);
}

/** Throws 400 where an id is given twice, or stands in the conversation already. */
export async function requireNewItems(
	db: Handle,
	projectId: string,
	conversationId: string,
	items: StoredItem[],
	param: string,
): Promise<void> {
	const ids = items.map((item) => item.id);
	const known = await findItems(db, projectId, conversationId, ids);
	const twice = ids.find((id, place) => known.has(id) || ids.indexOf(id) < place);
	if (twice === undefined) return;
	throw new ExcerptError(
		"invalid_value",
		`Duplicate item found with id ${twice}. Send only items that the conversation does not have yet.`,
		{ param },
	);
}
