import { ExcerptError } from "../errors.ts";
import type { ChatMessage } from "../models/chat-model.ts";
import type { StoredItem } from "../store/responses.ts";
import { messagesOf, requirePairs } from "./messages.ts";

export type ConversationTurn = {
	instructions: string | null;
	history: ChatMessage[];
	question: string;
	/** Functions that were called for the question, and what they gave; empty where it is new. */
	steps: ChatMessage[];
	/** What was searched for the question before they were called. */
	searchedBefore: string[];
};

/** Searches of one turn that are made again; each brings a share of one budget. */
const MOST_SEARCHED = 10;

/**
 * Takes a request's items and those before it, oldest first, apart: what instructs, what was said before, and the question.
 * Where functions were called for it and the newest items are their outputs, its answer goes on. Throws 400 where nobody asks
 * anything, and where a call of a function and its output are not both there.
 */
export function conversationOf(
	before: StoredItem[],
	input: StoredItem[],
	instructions: string | null,
): ConversationTurn {
	requirePairs(before, input);
	const items = [...before, ...input];
	const said = messagesOf(items);
	const system = said.filter((message) => message.role === "system").map((message) => message.content);
	const spoken = said.filter((message) => message.role !== "system" && !isEmpty(message));
	const asked = spoken.findLastIndex((message) => message.role === "user");
	const question = spoken[asked];
	const steps = spoken.slice(asked + 1);
	if (!question || question.content.trim() === "" || (steps.length > 0 && steps.at(-1)?.role !== "tool")) {
		throw new ExcerptError(
			"invalid_value",
			"The last message of 'input' must be a user's, with text: it is the question. Outputs of functions may follow it.",
			{ param: "input" },
		);
	}
	const parts = [instructions ?? "", ...system].filter((part) => part !== "");
	return {
		instructions: parts.length > 0 ? parts.join("\n\n") : null,
		history: spoken.slice(0, asked),
		question: question.content,
		steps,
		searchedBefore: steps.length > 0 ? queriesSince(items) : [],
	};
}

function isEmpty(message: ChatMessage): boolean {
	return message.content === "" && message.role !== "tool" && !(message.role === "assistant" && message.toolCalls);
}

/** What was searched since the last question, each query once. */
function queriesSince(items: StoredItem[]): string[] {
	const asked = items.findLastIndex((item) => item.type === "message" && item.role === "user");
	const searches = items.slice(asked + 1).filter((item) => item.type === "file_search_call");
	const queries = searches
		.flatMap((item) => (item.queries ?? []) as unknown[])
		.filter((query) => typeof query === "string");
	return [...new Set(queries)].slice(0, MOST_SEARCHED);
}
