import type { Citation, Passage, Usage } from "../types.ts";
import type { Receipt } from "./receipt.ts";

/** Why an answer is not whole. */
export type Incomplete = "max_output_tokens" | "content_filter" | null;

/**
 * The answer as it comes about. `wire/` turns these into a stream of either API generation, or into one body. Messages and
 * function calls are told one after the other, each whole before the next begins; searches may overlap.
 */
export type AskEvent =
	| { type: "search_started"; id: string }
	| { type: "search_completed"; id: string; queries: string[]; passages: Passage[] }
	| { type: "message_started"; id: string }
	| { type: "text"; text: string }
	| { type: "citation"; citation: Citation }
	| { type: "refusal"; text: string }
	| { type: "message_completed"; id: string; incomplete: boolean }
	| { type: "function_call_started"; id: string; callId: string; name: string }
	| { type: "arguments"; text: string }
	| { type: "function_call_completed"; id: string; incomplete: boolean }
	| { type: "answered"; model: string; incomplete: Incomplete; usage: Usage; receipt: Receipt };
