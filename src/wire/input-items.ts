import { ExcerptError } from "../errors.ts";
import { newId } from "../ids.ts";
import type { ChatMessage } from "../models/chat-model.ts";
import type { StoredItem } from "../store/responses.ts";
import type { InputItem, PassedBackItem } from "./response-request.ts";

/** A request's input as items with ids, as they are stored and listed. */
export function storedInput(input: string | InputItem[]): StoredItem[] {
	const items: InputItem[] = typeof input === "string" ? [{ role: "user", content: input }] : input;
	return items.map((item) => {
		if (isPassedBack(item)) return { ...DEFAULTS[item.type], ...item, id: item.id ?? newId(item.type) };
		const parts: TextPart[] = typeof item.content === "string" ? [{ text: item.content }] : item.content;
		const content = parts.map(item.role === "assistant" ? outputText : inputText);
		return { id: item.id ?? newId("message"), type: "message", role: item.role, status: "completed", content };
	});
}

/** What a client may leave out of an item that it passes back, and its readers count on. */
const DEFAULTS = {
	file_search_call: { status: "completed", queries: [], results: null },
	reasoning: { summary: [] },
};

type TextPart = { text: string; annotations?: unknown[] | null };

function inputText({ text }: TextPart) {
	return { type: "input_text", text };
}

/** An answer that is passed back keeps its citations. */
function outputText({ text, annotations }: TextPart) {
	return { type: "output_text", text, annotations: annotations ?? [], logprobs: [] };
}

function isPassedBack(item: InputItem): item is PassedBackItem {
	return item.type === "file_search_call" || item.type === "reasoning";
}

/** What was said, in the order it was said; searches and reasoning are not repeated to the model. */
export function messagesOf(items: StoredItem[]): ChatMessage[] {
	return items.flatMap((item) => {
		if (item.type !== "message") return [];
		const parts = item.content as { text?: string }[];
		const role = item.role === "developer" ? "system" : (item.role as "system" | "user" | "assistant");
		return [{ role, content: parts.map((part) => part.text ?? "").join("\n") }];
	});
}

export type Conversation = { instructions: string | null; history: ChatMessage[]; question: string };

/**
 * Takes a request's messages and those before it, oldest first, apart: what instructs, what was said before, and the
 * question. Throws 400 where nobody asks anything.
 */
export function conversationOf(before: StoredItem[], input: StoredItem[], instructions: string | null): Conversation {
	const said = messagesOf([...before, ...input]);
	const system = said.filter((message) => message.role === "system").map((message) => message.content);
	const spoken = said.filter((message) => message.role !== "system" && message.content !== "");
	const question = spoken.at(-1);
	if (question?.role !== "user" || question.content.trim() === "") {
		throw new ExcerptError(
			"invalid_value",
			"The last message of 'input' must be a user's, with text: it is the question.",
			{ param: "input" },
		);
	}
	const parts = [instructions ?? "", ...system].filter((part) => part !== "");
	return {
		instructions: parts.length > 0 ? parts.join("\n\n") : null,
		history: spoken.slice(0, -1),
		question: question.content,
	};
}
