import type { ChatMessage } from "../models/chat-model.ts";
import { countMessages } from "../models/count-messages.ts";
import type { HelpCall, Helper } from "./call-beside.ts";
import { fitHistory, turnsOf } from "./history.ts";
import { summariseTurns } from "./summarise-turns.ts";

/** What is sent of the conversation before a turn. */
export type Memory = {
	kept: ChatMessage[];
	/** Turns that are sent whole, that are left out, and that a note tells of. */
	turns: { sent: number; dropped: number; summarised: number };
	/** The call that wrote the note; null where none was made, or nothing came back. */
	summary: HelpCall | null;
};

/** A note takes so many tokens at the most, and so much of the budget. */
const NOTE_TOKENS = 200;
const NOTE_SHARE = 0.25;

/** The note stands as an answer to this, because some models want user and assistant to take turns. */
const NOTE_QUESTION = "What of our conversation matters that is left out here?";

/**
 * The conversation as far as `budget` tokens take it: whole turns, and where a summariser is given a note in the place of
 * those that have no room.
 */
export async function remember(
	history: ChatMessage[],
	budget: number,
	summariser: Helper | null,
	signal: AbortSignal,
): Promise<Memory> {
	const fitted = fitHistory(history, budget);
	const without = { sent: fitted.sent, dropped: fitted.dropped.length, summarised: 0 };
	const room = Math.min(NOTE_TOKENS, Math.floor(budget * NOTE_SHARE));
	if (!summariser || fitted.dropped.length === 0 || countMessages(noteOf("")) >= room) {
		return { kept: fitted.kept, turns: without, summary: null };
	}
	const beside = fitHistory(history, budget - room);
	const { note, call } = await summariseTurns(summariser, beside.dropped, signal);
	const shortened = note === null ? null : shorten(note, room);
	if (!shortened) return { kept: fitted.kept, turns: without, summary: call };
	const leading = turnsOf(beside.kept).slice(0, beside.leading).flat();
	return {
		kept: [...leading, ...noteOf(shortened), ...beside.kept.slice(leading.length)],
		turns: { sent: beside.sent, dropped: 0, summarised: beside.dropped.length },
		summary: call,
	};
}

function noteOf(note: string): ChatMessage[] {
	return [
		{ role: "user", content: NOTE_QUESTION },
		{ role: "assistant", content: note },
	];
}

/** A note that is longer than it was to be is cut behind a word. */
function shorten(note: string, room: number): string {
	const words = note.split(/(?<=\s)/);
	while (words.length > 0 && countMessages(noteOf(words.join(""))) > room) words.splice(Math.floor(words.length * 0.9));
	return words.join("").trim();
}
