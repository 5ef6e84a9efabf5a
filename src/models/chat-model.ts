import type { ContextPassage, Usage } from "../types.ts";

/** What was said, and what tools were called for and gave. A `tool` message answers a call of an assistant's before it. */
export type ChatMessage =
	| { role: "system" | "user"; content: string }
	| { role: "assistant"; content: string; toolCalls?: ToolCall[] }
	| { role: "tool"; callId: string; content: string };

/** `arguments` are JSON, as the model wrote it. */
export type ToolCall = { id: string; name: string; arguments: string };

/** A function that the model may call. `parameters`: its arguments' JSON Schema. */
export type ChatTool = {
	name: string;
	description: string | null;
	parameters: Record<string, unknown> | null;
	strict: boolean | null;
};

/** Whether the model has to call a tool, may not, or must call this one. */
export type ToolChoice = "none" | "auto" | "required" | { name: string };

/** What form the answer's text takes. */
export type AnswerFormat =
	| { type: "text" }
	| { type: "json_object" }
	| {
			type: "json_schema";
			name: string;
			schema: Record<string, unknown>;
			strict: boolean | null;
			description: string | null;
	  };

export const EFFORTS = ["none", "minimal", "low", "medium", "high", "xhigh", "max"] as const;
export const VERBOSITIES = ["low", "medium", "high"] as const;

/**
 * What a client asks of a model beside the prompt, in the names of chat completions; only what was given. A wish is no
 * condition: see with-wishes.ts.
 */
export type Wishes = {
	reasoning_effort?: (typeof EFFORTS)[number];
	verbosity?: (typeof VERBOSITIES)[number];
	prompt_cache_key?: string;
	safety_identifier?: string;
};

/** One call to a model: the prompt, and what it was made from for a model that wants no prompt. */
export type ChatRequest = {
	model: string;
	messages: ChatMessage[];
	question: string;
	context: ContextPassage[];
	/** Empty: the model can only write. The other two mean nothing then. */
	tools: ChatTool[];
	toolChoice: ToolChoice;
	/** Whether it may call several tools at once. */
	parallelToolCalls: boolean;
	format: AnswerFormat;
	max_output_tokens: number | null;
	temperature: number | null;
	top_p: number | null;
	wishes: Wishes;
	signal: AbortSignal;
};

/**
 * What comes back, piece by piece; the last event is `done`. Each tool call begins with `tool_call`, and its arguments
 * follow in pieces before the next call begins. `usage` is null where the server reports none.
 */
export type ChatEvent =
	| { type: "text"; text: string }
	| { type: "refusal"; text: string }
	| { type: "tool_call"; id: string; name: string }
	| { type: "arguments"; text: string }
	| { type: "done"; finish: "stop" | "length" | "content_filter"; usage: Usage | null; model: string };

/** What talks to one kind of server, or to none. */
export type ChatAdapter = {
	/** The names of its models, as far as it can tell. */
	list(): Promise<string[]>;
	/** Throws `ExcerptError` (`upstream_error`, `rate_limit_exceeded`, `model_not_found`, `configuration`), also in mid-stream. */
	stream(request: ChatRequest): AsyncIterable<ChatEvent>;
};

/** All models that answer, by name. */
export type ChatModel = ChatAdapter & {
	/** Whether a model writes what the messages ask for; the extractive one takes sentences from the context alone. */
	generates(model: string): boolean;
	/** The name that answers when a client asks for `requested`: aliases applied, or the one there is. */
	resolve(requested: string): string;
};

/** A call that wants nothing but text, however the model does it. */
export const TEXT_ONLY = {
	tools: [],
	toolChoice: "none",
	parallelToolCalls: true,
	format: { type: "text" },
	wishes: {},
} satisfies Partial<ChatRequest>;
