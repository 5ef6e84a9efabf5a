import { messageOf } from "../errors.ts";
import type { Log } from "../log.ts";
import type { ChatAdapter, ChatMessage } from "../models/chat-model.ts";
import { countRequest, estimateUsage } from "../models/count-messages.ts";
import { helperRequest } from "../models/helper-request.ts";
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
	const request = helperRequest(model, messages, {
		max_output_tokens: MAX_OUTPUT_TOKENS,
		signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
	});
	let text = "";
	let call: HelpCall | null = null;
	const estimate = () => estimateUsage(countRequest(messages, [], request.format), text);
	try {
		for await (const event of chat.stream(request)) {
			if (event.type === "text") text += event.text;
			else if (event.type === "done") call = { model: event.model, usage: event.usage ?? estimate() };
		}
	} catch (error) {
		if (signal?.aborted) throw error;
		const reason = timeout.aborted ? `no answer within ${timeoutMs / 1000} s` : messageOf(error);
		log.warn({ err: error, model }, `${without}: ${reason}`);
		return { text: null, call: text === "" ? null : { model, usage: estimate() } };
	}
	return { text, call };
}
