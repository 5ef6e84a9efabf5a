import { type ChatRequest, TEXT_ONLY } from "../../src/models/chat-model.ts";

/** A call to a model that asks it to count, with these fields of its own. */
export function chatRequest(fields: Partial<ChatRequest> = {}): ChatRequest {
	return {
		...TEXT_ONLY,
		model: "fake-model",
		messages: [{ role: "user", content: "Count." }],
		question: "Count.",
		context: [],
		max_output_tokens: null,
		temperature: null,
		top_p: null,
		signal: AbortSignal.timeout(20_000),
		...fields,
	};
}
