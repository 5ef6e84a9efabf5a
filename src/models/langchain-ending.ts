import type { AIMessageChunk } from "@langchain/core/messages";
import type { Usage } from "../types.ts";

/** How an answer ended; `usage` is null where the provider reports none. */
export type Ending = { finish: "stop" | "length" | "content_filter"; model: string; usage: Usage | null };

/** Each provider has a name of its own for why it ended, and words of its own for the reasons. */
const REASONS = ["finish_reason", "finishReason", "stop_reason", "stopReason", "done_reason"];
const LENGTH = /^(length|max_tokens|model_length|model_context_window_exceeded)$/i;
const FILTERED =
	/^(content_filter(ed)?|refusal|guardrail_intervened|safety|recitation|blocklist|prohibited_content|spii)$/i;

/** Adds what a piece tells of the end. The usage of an answer is the sum of that of its pieces. */
export function readEnding(chunk: AIMessageChunk, ending: Ending): void {
	const said: Record<string, unknown> = {
		...chunk.additional_kwargs,
		...(chunk.response_metadata.messageStop as object),
		...chunk.response_metadata,
	};
	const reason = REASONS.map((name) => said[name]).find((given) => typeof given === "string") as string | undefined;
	if (reason) ending.finish = LENGTH.test(reason) ? "length" : FILTERED.test(reason) ? "content_filter" : "stop";
	const name = said.model_name ?? said.model;
	if (typeof name === "string" && name) ending.model = `${ending.model.slice(0, ending.model.indexOf(":"))}:${name}`;
	if (!chunk.usage_metadata) return;
	const { input_tokens, input_token_details, output_token_details } = chunk.usage_metadata;
	// Anthropic's first piece counts a token or some of the answer, which its last counts again.
	const counted = chunk.response_metadata.model_provider !== "anthropic";
	const output_tokens = counted ? chunk.usage_metadata.output_tokens : 0;
	const before = ending.usage ?? { input_tokens: 0, cached_tokens: 0, output_tokens: 0, reasoning_tokens: 0 };
	ending.usage = {
		input_tokens: before.input_tokens + input_tokens,
		cached_tokens: before.cached_tokens + (input_token_details?.cache_read ?? 0),
		output_tokens: before.output_tokens + output_tokens,
		reasoning_tokens: before.reasoning_tokens + (output_token_details?.reasoning ?? 0),
	};
}
