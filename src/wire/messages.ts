import { fenceAttribute } from "../ask/fence.ts";
import { ExcerptError } from "../errors.ts";
import type { ChatMessage, ToolCall } from "../models/chat-model.ts";
import type { StoredItem } from "../store/responses.ts";

/**
 * What was said, in the order it was said. Calls that follow one another are one message of the assistant's, with the text
 * before them, and each call's output stands right behind it, wherever among the items it came: models' servers insist on
 * both. Searches and reasoning are not repeated to the model; an output whose call is gone is left out, and so is a call that
 * was cut short, which nobody can answer.
 */
export function messagesOf(items: StoredItem[]): ChatMessage[] {
	const outputs = pairOutputs(items);
	const messages: ChatMessage[] = [];
	/** Results of the calls of the message before, until all those are there. */
	let results: ChatMessage[] = [];
	for (const item of items) {
		if (isCall(item)) {
			const call = { id: String(item.call_id), name: String(item.name), arguments: String(item.arguments) };
			callingMessage(messages).toolCalls.push(call);
			results.push({ role: "tool", callId: call.id, content: textOf(outputs.get(item)?.output) });
		} else if (item.type === "message" || item.type === "function_call_output") {
			messages.push(...results);
			results = [];
			if (item.type === "message") messages.push(messageOf(item));
		}
	}
	return [...messages, ...results];
}

type Calling = { role: "assistant"; content: string; toolCalls: ToolCall[] };

/** The assistant's message at the end, made where there is none, as one that calls. */
function callingMessage(messages: ChatMessage[]): Calling {
	const last = messages.at(-1);
	if (last?.role === "assistant") return Object.assign(last, { toolCalls: last.toolCalls ?? [] });
	const calling: Calling = { role: "assistant", content: "", toolCalls: [] };
	messages.push(calling);
	return calling;
}

/**
 * Throws 400 where the input brings an output whose call is not there, or a call has none: the model would be refused both.
 * `before`: what was said earlier, of which the oldest may be missing.
 */
export function requirePairs(before: StoredItem[], input: StoredItem[]): void {
	const items = [...before, ...input];
	const outputs = pairOutputs(items);
	const paired = new Set(outputs.values());
	const alone = input.find((item) => item.type === "function_call_output" && !paired.has(item));
	if (alone) throw unpaired(`No tool call found for function call output with call_id ${alone.call_id}.`);
	const open = items.find((item) => isCall(item) && !outputs.has(item));
	if (open) throw unpaired(`No tool output found for function call ${open.call_id}.`);
}

/** The output of each call: the first after it with its call_id, which some servers use anew in every turn. */
function pairOutputs(items: StoredItem[]): Map<StoredItem, StoredItem> {
	const open = new Map<unknown, StoredItem>();
	const outputs = new Map<StoredItem, StoredItem>();
	for (const item of items) {
		if (isCall(item)) open.set(item.call_id, item);
		const call = item.type === "function_call_output" ? open.get(item.call_id) : undefined;
		if (!call) continue;
		outputs.set(call, item);
		open.delete(item.call_id);
	}
	return outputs;
}

function isCall(item: StoredItem): boolean {
	return item.type === "function_call" && item.status !== "incomplete";
}

function messageOf(item: StoredItem): ChatMessage {
	const role = item.role === "developer" ? "system" : (item.role as "system" | "user" | "assistant");
	return { role, content: textOf(item.content) };
}

/** Of a message's content, or of a function's output. */
function textOf(content: unknown): string {
	if (typeof content === "string") return content;
	const parts = (content ?? []) as { text?: string; refusal?: string; filename?: string }[];
	return parts.map((part) => part.text ?? part.refusal ?? nameOf(part.filename)).join("\n");
}

/** "This file" means something where its name is read; the name is the document's, and fenced as that is. */
function nameOf(filename = ""): string {
	return filename && `[${fenceAttribute(filename).slice(0, LONGEST_NAME)}]`;
}

const LONGEST_NAME = 200;

function unpaired(message: string): ExcerptError {
	return new ExcerptError("invalid_value", message, { param: "input" });
}
