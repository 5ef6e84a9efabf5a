import { messageOf } from "../errors.ts";
import type { Log } from "../log.ts";
import { type ChatAdapter, type ChatMessage, TEXT_ONLY } from "../models/chat-model.ts";
import { countRequest } from "../models/count-messages.ts";
import { countTokens } from "../models/tokens.ts";
import type { Usage } from "../types.ts";

/** Who is asked for help beside the answer, and for how long that may hold it up. */
export type Helper = { chat: ChatAdapter; model: string; timeoutMs: number; log: Log };

/** What such a call took; kept where it failed too, because it is paid for. */
export type HelpCall = { model: string; usage: Usage };

/** What is asked for is short; models that think spend tokens before it. */
const MAX_OUTPUT_TOKENS = 1_000;

/**
 * One cheap call to a model that an answer can do without: what it writes, or null where it fails or is too slow, which is
 * logged behind `without`, the words for what is then done. Throws only where the asker has gone away.
 */
export async function callBeside(
	{ chat, model, timeoutMs, log }: Helper,
	messages: ChatMessage[],
	signal: AbortSignal | undefined,
	without: string,
): Promise<{ text: string | null; call: HelpCall | null }> {
	const timeout = AbortSignal.timeout(timeoutMs);
	const request = {
		...TEXT_ONLY,
		model,
		messages,
		question: messages.at(-1)?.content ?? "",
		context: [],
		max_output_tokens: MAX_OUTPUT_TOKENS,
		// Left to the model: some take no other than their own.
		temperature: null,
		top_p: null,
		signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
	};
	let text = "";
	let call: HelpCall | null = null;
	try {
		for await (const event of chat.stream(request)) {
			if (event.type === "text") text += event.text;
			else if (event.type === "done") call = { model: event.model, usage: event.usage ?? estimate(messages, text) };
		}
	} catch (error) {
		if (signal?.aborted) throw error;
		const reason = timeout.aborted ? `no answer within ${timeoutMs / 1000} s` : messageOf(error);
		log.warn({ err: error, model }, `${without}: ${reason}`);
		return { text: null, call: text === "" ? null : { model, usage: estimate(messages, text) } };
	}
	return { text, call };
}

/** For servers that report none. */
function estimate(messages: ChatMessage[], text: string): Usage {
	const input_tokens = countRequest(messages, [], TEXT_ONLY.format);
	return { input_tokens, cached_tokens: 0, output_tokens: countTokens(text), reasoning_tokens: 0 };
}
