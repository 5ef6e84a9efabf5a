import type { Handle } from "../db/handle.ts";
import { finishRun } from "../store/background-responses.ts";
import { unlockConversation } from "../store/conversation-locks.ts";
import { appendEvents, type StoredEvent } from "../store/response-events.ts";
import type { StoredResponse } from "../store/responses.ts";
import { carryOn, type ToCarryOn } from "./keep-response.ts";

/** How a background response ends. */
export type Ending = {
	id: string;
	/** The run that it ends in: where another has taken it up, it is not ended. */
	run: number;
	body: StoredResponse;
	receipt: unknown;
	/** What is still to be told; empty where nothing is kept. */
	events: StoredEvent[];
	/** What an answer adds to its conversation; null where there is no answer, or no conversation. */
	conversation: ToCarryOn | null;
};

/**
 * Stores the last form of a background response and its last events, and lets go of its conversation. To be called in a
 * transaction. False, and nothing changes, where it has ended before, is gone, or is another run's; throws as `keepResponse`.
 */
export async function endResponse(tx: Handle, projectId: string, ending: Ending): Promise<boolean> {
	const { id, body, receipt, events, conversation } = ending;
	if (events.length > 0 && !(await appendEvents(tx, ending, events))) return false;
	if (!(await finishRun(tx, ending, body, receipt))) return false;
	if (conversation) await carryOn(tx, projectId, conversation);
	else await letGo(tx, projectId, id, body);
	return true;
}

/** Of the conversation that the response was to be given on. */
export async function letGo(
	tx: Handle,
	projectId: string,
	id: string,
	{ conversation }: StoredResponse,
): Promise<void> {
	const held = conversation as { id: string } | null;
	if (held) await unlockConversation(tx, projectId, held.id, id);
}
