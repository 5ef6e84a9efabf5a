import { ExcerptError } from "../errors.ts";
import type { ChatMessage, ToolCall } from "./chat-model.ts";

/** A message as LangChain takes it; what a model called for is an object there, and not the text that it wrote. */
export type LangChainMessage = {
	role: ChatMessage["role"];
	content: string;
	tool_calls?: { type: "tool_call"; id: string; name: string; args: Record<string, unknown> }[];
	tool_call_id?: string;
};

/** Throws 400 where the arguments of an earlier call are no JSON object. */
export function toLangChainMessage(message: ChatMessage): LangChainMessage {
	const { role, content } = message;
	if (role === "tool") return { role, content, tool_call_id: message.callId };
	if (role !== "assistant" || !message.toolCalls) return { role, content };
	return { role, content, tool_calls: message.toolCalls.map(toolCall) };
}

function toolCall({ id, name, arguments: given }: ToolCall) {
	return { type: "tool_call" as const, id, name, args: parsed(id, given) };
}

function parsed(id: string, given: string): Record<string, unknown> {
	try {
		const args: unknown = given.trim() === "" ? {} : JSON.parse(given);
		if (typeof args === "object" && args !== null && !Array.isArray(args)) return args as Record<string, unknown>;
	} catch {}
	throw new ExcerptError(
		"invalid_value",
		`The arguments of the function call ${id} are no JSON object, and this model's provider takes no others. Leave the call out, with its output.`,
		{ param: "input" },
	);
}
