import type { ChatMessage } from "../models/chat-model.ts";
import { countTokens } from "../models/tokens.ts";

/**
 * The most recent turns that fit the budget, each whole: a question is never sent without its answer. `messages` are
 * the conversation before this turn, oldest first. Only the words said are there; passages of earlier turns are not.
 */
export function fitHistory(
	messages: ChatMessage[],
	budget: number,
): { kept: ChatMessage[]; tokens: number; turns: { sent: number; dropped: number } } {
	const turns: ChatMessage[][] = [];
	for (const message of messages) {
		const last = turns.at(-1);
		if (last && !(message.role === "user" && last.some((earlier) => earlier.role === "assistant"))) last.push(message);
		else turns.push([message]);
	}
	const kept: ChatMessage[][] = [];
	let tokens = 0;
	for (const turn of turns.toReversed()) {
		const size = turn.reduce((sum, message) => sum + countTokens(message.content), 0);
		if (tokens + size > budget) break;
		kept.unshift(turn);
		tokens += size;
	}
	return { kept: kept.flat(), tokens, turns: { sent: kept.length, dropped: turns.length - kept.length } };
}

/** The earlier questions that a follow-up is searched with: the last three, the newest last. */
export function earlierQuestions(messages: ChatMessage[]): string {
	return messages
		.filter((message) => message.role === "user")
		.slice(-3)
		.map((message) => message.content.slice(0, 2000))
		.join("\n");
}
