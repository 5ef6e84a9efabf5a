import { type AnswerFormat, type ChatMessage, type ChatRequest, TEXT_ONLY } from "./chat-model.ts";

type Asked = { format?: AnswerFormat; max_output_tokens: number; signal: AbortSignal };

/** A call for a text that no user reads as an answer: no documents, no tools. */
export function helperRequest(model: string, messages: ChatMessage[], asked: Asked): ChatRequest {
	return {
		...TEXT_ONLY,
		model,
		messages,
		question: messages.at(-1)?.content ?? "",
		context: [],
		// Left to the model: some take no other than their own.
		temperature: null,
		top_p: null,
		...asked,
	};
}
