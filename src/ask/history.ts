import type { ChatMessage } from "../models/chat-model.ts";
import { countMessages } from "../models/count-messages.ts";

/** A question with all that belongs to it: its answer, functions that were called for it, and what they gave. */
type PastTurn = ChatMessage[];

export type FittedHistory = {
	/** What is sent of the conversation, oldest first. */
	kept: ChatMessage[];
	/** The turns in the middle that have no room. */
	dropped: PastTurn[];
	/** How many turns are kept from the beginning, before the gap: none or one. */
	leading: number;
	/** How many are kept in all. */
	sent: number;
};

/** The first turn states what all is about, and is kept where it takes no more than this share of the budget. */
const FIRST_TURN_SHARE = 0.25;

/**
 * The most recent turns that fit the budget in tokens, and the first where it is short: what is dropped is the middle. Each
 * turn is whole: a question is never sent without its answer, nor a call without what it gave. `messages` are the
 * conversation before this turn, oldest first. Only the words said are there; passages of earlier turns are not.
 */
export function fitHistory(messages: ChatMessage[], budget: number): FittedHistory {
	const turns = turnsOf(messages);
	const sizes = turns.map(countMessages);
	const total = sizes.reduce((sum, size) => sum + size, 0);
	const first = sizes[0] ?? 0;
	const leading = total > budget && first <= budget * FIRST_TURN_SHARE ? 1 : 0;
	let left = budget - (leading ? first : 0);
	let from = turns.length;
	while (from > leading && (sizes[from - 1] as number) <= left) {
		from--;
		left -= sizes[from] as number;
	}
	return {
		kept: [...turns.slice(0, leading), ...turns.slice(from)].flat(),
		dropped: turns.slice(leading, from),
		leading,
		sent: leading + turns.length - from,
	};
}

/** A turn begins with what the user says after an answer. */
export function turnsOf(messages: ChatMessage[]): PastTurn[] {
	const turns: PastTurn[] = [];
	for (const message of messages) {
		const last = turns.at(-1);
		if (last && !(message.role === "user" && last.some((earlier) => earlier.role !== "user"))) last.push(message);
		else turns.push([message]);
	}
	return turns;
}

/** The earlier questions that a follow-up is searched with: the last three, the newest last. */
export function earlierQuestions(messages: ChatMessage[]): string {
	return messages
		.filter((message) => message.role === "user")
		.slice(-3)
		.map((message) => message.content.slice(0, 2000))
		.join("\n");
}
