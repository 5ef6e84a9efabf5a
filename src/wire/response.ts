import type { Incomplete } from "../ask/ask-event.ts";
import type { Receipt } from "../ask/receipt.ts";
import type { StoredItem, StoredResponse } from "../store/responses.ts";
import type { Usage } from "../types.ts";
import type { CompleteRequest } from "./complete-request.ts";
import { textFormatBody } from "./text-format.ts";
import { toolBody } from "./tools.ts";

export type ResponseStatus = "queued" | "in_progress" | "completed" | "incomplete" | "failed";

/** Whether a response of this status will still change. */
export function isUnended(status: unknown): boolean {
	return status === "queued" || status === "in_progress";
}

/** What changes while a response comes about. */
export type ResponseState = {
	status: ResponseStatus;
	completed_at: number | null;
	model: string;
	output: StoredItem[];
	usage: Usage | null;
	receipt: Receipt | null;
	error: { code: string; message: string } | null;
	incomplete_details: { reason: NonNullable<Incomplete> } | null;
};

export type ResponseHead = { id: string; created_at: number; request: CompleteRequest };

/** The response object: every field that clients look for, with defaults filled in as the hosted service echoes them. */
export function responseBody({ id, created_at, request }: ResponseHead, state: ResponseState): StoredResponse {
	return {
		id,
		object: "response",
		created_at,
		status: state.status,
		background: request.background ?? false,
		completed_at: state.completed_at,
		conversation: request.conversation ? { id: request.conversation } : null,
		error: state.error,
		frequency_penalty: 0,
		incomplete_details: state.incomplete_details,
		instructions: request.instructions ?? null,
		max_output_tokens: request.max_output_tokens ?? null,
		max_tool_calls: request.max_tool_calls ?? null,
		model: state.model,
		output: state.output,
		parallel_tool_calls: request.parallel_tool_calls ?? true,
		presence_penalty: 0,
		previous_response_id: request.previous_response_id ?? null,
		prompt: request.prompt ?? null,
		prompt_cache_key: request.prompt_cache_key ?? null,
		reasoning: { effort: request.reasoning?.effort ?? null, summary: request.reasoning?.summary ?? null },
		safety_identifier: request.safety_identifier ?? null,
		service_tier: "default",
		store: request.store ?? true,
		temperature: request.temperature ?? 1,
		text: { format: textFormatBody(request.text?.format), verbosity: request.text?.verbosity ?? "medium" },
		tool_choice: request.tool_choice ?? "auto",
		tools: (request.tools ?? []).map(toolBody),
		top_logprobs: request.top_logprobs ?? 0,
		top_p: request.top_p ?? 1,
		truncation: request.truncation ?? "disabled",
		usage: state.usage && usageBody(state.usage),
		metadata: request.metadata ?? {},
		...(state.receipt && { receipt: state.receipt }),
	};
}

function usageBody(usage: Usage) {
	return {
		input_tokens: usage.input_tokens,
		input_tokens_details: { cached_tokens: usage.cached_tokens, cache_write_tokens: 0 },
		output_tokens: usage.output_tokens,
		output_tokens_details: { reasoning_tokens: usage.reasoning_tokens },
		total_tokens: usage.input_tokens + usage.output_tokens,
	};
}
