import { messageOf } from "../errors.ts";
import type { Log } from "../log.ts";
import { type ChatAdapter, type ChatMessage, TEXT_ONLY } from "../models/chat-model.ts";
import { countRequest } from "../models/count-messages.ts";
import { countTokens } from "../models/tokens.ts";
import type { Usage } from "../types.ts";
import { parseQueries } from "./parse-queries.ts";
import { rewritePrompt } from "./rewrite-prompt.ts";

/** Who rewrites, and for how long it may hold a search up. */
export type Rewriter = { chat: ChatAdapter; model: string; timeoutMs: number; log: Log };

/** What a call for rewriting took; kept where it failed too, because it is paid for. */
export type Rewrite = { model: string; usage: Usage };

/** Queries are short; models that think spend tokens before them. */
const MAX_OUTPUT_TOKENS = 1_000;

/**
 * The standalone search queries that a model makes of the questions and the conversation before them; none where it
 * fails, is too slow, or writes something else: rewriting helps a search, and must not be what it fails by. Throws only
 * where the asker has gone away.
 */
export async function rewriteQueries(
	{ chat, model, timeoutMs, log }: Rewriter,
	questions: string[],
	history: ChatMessage[],
	signal: AbortSignal | undefined,
): Promise<{ queries: string[]; rewrite: Rewrite | null }> {
	const messages = rewritePrompt(questions, history);
	const timeout = AbortSignal.timeout(timeoutMs);
	const request = {
		...TEXT_ONLY,
		model,
		messages,
		question: questions.join("\n"),
		context: [],
		max_output_tokens: MAX_OUTPUT_TOKENS,
		// Left to the model: some take no other than their own.
		temperature: null,
		top_p: null,
		signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
	};
	let output = "";
	let rewrite: Rewrite | null = null;
	try {
		for await (const event of chat.stream(request)) {
			if (event.type === "text") output += event.text;
			else if (event.type === "done")
				rewrite = { model: event.model, usage: event.usage ?? estimate(messages, output) };
		}
	} catch (error) {
		if (signal?.aborted) throw error;
		const reason = timeout.aborted ? `no answer within ${timeoutMs / 1000} s` : messageOf(error);
		log.warn({ err: error, model }, `queries not rewritten, searched as they are: ${reason}`);
		if (output !== "") rewrite = { model, usage: estimate(messages, output) };
		return { queries: [], rewrite };
	}
	const queries = parseQueries(output);
	if (!queries)
		log.warn({ model }, "queries not rewritten, searched as they are: the model wrote no JSON array of them");
	return { queries: queries ?? [], rewrite };
}

/** For servers that report none. */
function estimate(messages: ChatMessage[], output: string): Usage {
	const input_tokens = countRequest(messages, [], TEXT_ONLY.format);
	return { input_tokens, cached_tokens: 0, output_tokens: countTokens(output), reasoning_tokens: 0 };
}
