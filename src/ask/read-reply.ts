import { newId } from "../ids.ts";
import type { ChatEvent, ToolCall } from "../models/chat-model.ts";
import type { Usage } from "../types.ts";
import type { AskEvent } from "./ask-event.ts";
import type { CitedText } from "./cited-text.ts";

/** What one call to the model brought. */
export type Reply = {
	model: string;
	finish: "stop" | "length" | "content_filter";
	/** null where the server reports none. */
	usage: Usage | null;
	/** As the model wrote it, markers and refusals included. */
	text: string;
	/** In the order in which they were made; the last may be cut short where `finish` is not "stop". */
	calls: ToolCall[];
};

export type ReplyOptions = {
	/** A function of ours: its calls are read, and not told to the client. */
	isOurs(name: string): boolean;
	/** For each message that the reply begins. */
	newText(): CitedText;
};

/**
 * Tells a reply as it comes: its text with citations, and the calls of the client's functions. Each message and each call
 * is ended before the next begins, cut short where the reply is.
 */
export async function* readReply(
	events: AsyncIterable<ChatEvent>,
	{ isOurs, newText }: ReplyOptions,
): AsyncGenerator<AskEvent, Reply> {
	const reply: Reply = { model: "", finish: "stop", usage: null, text: "", calls: [] };
	let message: { id: string; text: CitedText } | null = null;
	let call: { id: string } | null = null;

	async function* end(incomplete: boolean): AsyncGenerator<AskEvent> {
		if (message) {
			yield* message.text.end();
			yield { type: "message_completed", id: message.id, incomplete };
		}
		if (call) yield { type: "function_call_completed", id: call.id, incomplete };
		message = null;
		call = null;
	}

	for await (const event of events) {
		if (event.type === "done") {
			reply.model = event.model;
			reply.finish = event.finish;
			reply.usage = event.usage;
		} else if (event.type === "tool_call") {
			yield* end(false);
			reply.calls.push({ id: event.id, name: event.name, arguments: "" });
			if (isOurs(event.name)) continue;
			call = { id: newId("function_call") };
			yield { type: "function_call_started", id: call.id, callId: event.id, name: event.name };
		} else if (event.type === "arguments") {
			const last = reply.calls.at(-1);
			if (last) last.arguments += event.text;
			if (call) yield event;
		} else {
			if (!message) {
				yield* end(false);
				message = { id: newId("message"), text: newText() };
				yield { type: "message_started", id: message.id };
			}
			reply.text += event.text;
			if (event.type === "text") yield* message.text.take(event.text);
			else {
				// What was held back in case it were a marker stands before it.
				yield* message.text.end();
				yield event;
			}
		}
	}
	yield* end(reply.finish !== "stop");
	return reply;
}
