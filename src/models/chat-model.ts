import type { ContextPassage, Usage } from "../types.ts";

export type ChatMessage = { role: "system" | "user" | "assistant"; content: string };

/** One call to a model: the prompt, and what it was made from for a model that wants no prompt. */
export type ChatRequest = {
	model: string;
	messages: ChatMessage[];
	question: string;
	context: ContextPassage[];
	max_output_tokens: number | null;
	temperature: number | null;
	top_p: number | null;
	signal: AbortSignal;
};

/** What comes back, piece by piece; the last event is `done`. `usage` is null where the server reports none. */
export type ChatEvent =
	| { type: "text"; text: string }
	| { type: "done"; finish: "stop" | "length" | "content_filter"; usage: Usage | null; model: string };

/** Answers. Throws `ExcerptError` (`upstream_error`, `rate_limit_exceeded`, `model_not_found`), also in mid-stream. */
export type ChatModel = {
	/** Whether it writes what the messages ask for; the extractive one takes sentences from the context alone. */
	readonly generates: boolean;
	/** The name that answers when a client asks for `requested`: aliases applied, or the one there is. */
	resolve(requested: string): string;
	/** Names for `GET /v1/models`. */
	list(): Promise<string[]>;
	stream(request: ChatRequest): AsyncIterable<ChatEvent>;
};
