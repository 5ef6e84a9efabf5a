import type { Wishes } from "../models/chat-model.ts";
import type { ResponseRequest } from "./response-request.ts";

/** What of a request its model is told as it came. */
export function modelWishes({ reasoning, text, prompt_cache_key, safety_identifier }: ResponseRequest): Wishes {
	const wishes = {
		reasoning_effort: reasoning?.effort,
		verbosity: text?.verbosity,
		prompt_cache_key,
		safety_identifier,
	};
	const given = Object.entries(wishes).filter(([, value]) => value !== undefined && value !== null);
	return Object.fromEntries(given) as Wishes;
}
