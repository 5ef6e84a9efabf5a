import type { Database } from "../db/database.ts";
import type { Handle } from "../db/handle.ts";
import { insertItems } from "../store/conversation-items.ts";
import { isLockedBy, unlockConversation } from "../store/conversation-locks.ts";
import { getConversation } from "../store/conversations.ts";
import { insertResponse, type ResponseRow, type StoredItem } from "../store/responses.ts";
import { conversationLocked, noConversation } from "./conversation-errors.ts";

/** A conversation that a response was given on, and what it adds to that. */
export type ToCarryOn = { id: string; holder: string; items: StoredItem[] };

export type ResponseToKeep = {
	/** null: the response itself is not to be stored. */
	response: ResponseRow | null;
	conversation: ToCarryOn | null;
};

/**
 * Stores a response, puts its items at the end of its conversation and lets go of that: all or nothing. Throws where the
 * conversation was deleted meanwhile, or taken by another response because this process had been silent for too long.
 */
export async function keepResponse(
	db: Database,
	projectId: string,
	{ response, conversation }: ResponseToKeep,
): Promise<void> {
	if (!response && !conversation) return;
	await db.transaction(async (tx) => {
		if (response) await insertResponse(tx, { ...response, project_id: projectId });
		if (conversation) await carryOn(tx, projectId, conversation);
	});
}

/** Puts the items at the end and lets go. Throws as `keepResponse`. */
export async function carryOn(tx: Handle, projectId: string, { id, holder, items }: ToCarryOn): Promise<void> {
	if (!(await isLockedBy(tx, projectId, id, holder))) {
		throw (await getConversation(tx, projectId, id)) ? conversationLocked() : noConversation(id, "conversation");
	}
	await insertItems(tx, projectId, id, items);
	await unlockConversation(tx, projectId, id, holder);
}
