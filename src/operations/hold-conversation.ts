import type { Handle } from "../db/handle.ts";
import { isLockedBy, lockConversation, renewLock, unlockConversation } from "../store/conversation-locks.ts";
import { getConversation } from "../store/conversations.ts";
import { conversationLocked, noConversation } from "./conversation-errors.ts";

/** How long a dead process keeps a conversation. */
const LEASE_SECONDS = 30;
/** Twice a lease, so that one that fails or comes late loses nothing. */
const RENEWAL_MS = 10_000;

/** A conversation that nobody else answers on, until it is released. */
export type HeldConversation = {
	id: string;
	/** The id of the response that has it. */
	holder: string;
	/** To be called however the response ends; a second time does nothing. */
	release(): Promise<void>;
	/** Instead, where it was locked for good: whoever ends the response in the background lets go. */
	handOver(): void;
};

/**
 * Takes a conversation for one response, as a row that names the holder and a time that is put off while this process
 * lives. Throws 404, or 400 (`conversation_locked`) where another response has it.
 */
export async function holdConversation(
	db: Handle,
	projectId: string,
	id: string,
	holder: string,
): Promise<HeldConversation> {
	if (!(await lockConversation(db, projectId, id, holder, LEASE_SECONDS))) {
		if (await getConversation(db, projectId, id)) throw conversationLocked();
		throw noConversation(id, "conversation");
	}
	// A renewal that fails is made up for by the next. Should the lease run out all the same, and another response take
	// the conversation, then keepResponse finds that and stores nothing.
	const renew = () => void renewLock(db, projectId, id, holder, LEASE_SECONDS).catch(() => {});
	const timer = setInterval(renew, RENEWAL_MS).unref();
	return {
		id,
		holder,
		handOver: () => clearInterval(timer),
		async release() {
			clearInterval(timer);
			// Where that fails the lease runs out by itself; the answer, or its own error, matters more.
			await unlockConversation(db, projectId, id, holder).catch(() => {});
		},
	};
}

/** One that was locked for good by this holder, which lets go of it as it ends. Throws 404 where it is gone. */
export async function heldConversation(
	db: Handle,
	projectId: string,
	id: string,
	holder: string,
): Promise<HeldConversation> {
	if (!(await isLockedBy(db, projectId, id, holder))) throw noConversation(id, "conversation");
	return { id, holder, ...UNHELD };
}

/** One that is only read, whoever has it. Throws 404 where it is not there. */
export async function seenConversation(
	db: Handle,
	projectId: string,
	id: string,
	holder: string,
): Promise<HeldConversation> {
	if (!(await getConversation(db, projectId, id))) throw noConversation(id, "conversation");
	return { id, holder, ...UNHELD };
}

/** Nothing to let go of. */
const UNHELD = { release: async () => {}, handOver: () => {} };
