import type { ChatMessage, ChatTool } from "./chat-model.ts";
import { countTokens } from "./tokens.ts";

/** Tokens of what messages say, calls of tools among it; without the few that frame each message, which differ by model. */
export function countMessages(messages: ChatMessage[]): number {
	return messages.reduce((sum, message) => sum + countTokens(message.content) + countCalls(message), 0);
}

function countCalls(message: ChatMessage): number {
	if (message.role !== "assistant") return 0;
	const calls = message.toolCalls ?? [];
	return calls.reduce((sum, call) => sum + countTokens(call.name) + countTokens(call.arguments), 0);
}

/** Tokens of the functions that a model is offered; models are shown them in a form of their own, which takes about as many. */
export function countTools(tools: ChatTool[]): number {
	return tools.reduce(
		(sum, { name, description, parameters }) =>
			sum +
			countTokens(name) +
			countTokens(description ?? "") +
			countTokens(parameters ? JSON.stringify(parameters) : ""),
		0,
	);
}
