import { ExcerptError, notFound } from "../errors.ts";

export function noConversation(id: string, param = "conversation_id"): ExcerptError {
	return notFound(`Conversation with id '${id}' not found.`, param);
}

/** A 400, which clients do not repeat by themselves: whoever asks twice at once should know. */
export function conversationLocked(): ExcerptError {
	return new ExcerptError(
		"conversation_locked",
		"Another process is currently operating on this conversation. Please retry in a few seconds.",
		{ param: "conversation" },
	);
}
