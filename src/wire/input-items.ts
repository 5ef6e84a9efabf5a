import { ExcerptError } from "../errors.ts";
import { newId } from "../ids.ts";
import type { ChatMessage } from "../models/chat-model.ts";
import type { StoredItem } from "../store/responses.ts";
import type { InputItem, PassedBackItem, ResponseRequest } from "./response-request.ts";

/** A request's input as items with ids, as they are stored and listed. */
export function storedInput(input: ResponseRequest["input"]): StoredItem[] {
	const items: InputItem[] = typeof input === "string" ? [{ role: "user", content: input }] : input;
	return items.map((item) => {
		if (isPassedBack(item)) return { ...item, id: item.id ?? newId(item.type) };
		const type = item.role === "assistant" ? "output_text" : "input_text";
		const texts = typeof item.content === "string" ? [item.content] : item.content.map((part) => part.text);
		const content = texts.map((text) =>
			type === "output_text" ? { type, text, annotations: [], logprobs: [] } : { type, text },
		);
		return { id: item.id ?? newId("message"), type: "message", role: item.role, status: "completed", content };
	});
}

function isPassedBack(item: InputItem): item is PassedBackItem {
	return item.type === "file_search_call" || item.type === "reasoning";
}

/** What was said, in the order it was said; searches and reasoning are not repeated to the model. */
export function messagesOf(items: StoredItem[]): ChatMessage[] {
	return items.flatMap((item) => {
		if (item.type !== "message") return [];
		const parts = item.content as { text?: string }[];
		const role = item.role === "developer" ? "system" : (item.role as ChatMessage["role"]);
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
