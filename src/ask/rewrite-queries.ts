import type { ChatMessage } from "../models/chat-model.ts";
import { callBeside, type HelpCall, type Helper } from "./call-beside.ts";
import { parseQueries } from "./parse-queries.ts";
import { rewritePrompt } from "./rewrite-prompt.ts";

const WITHOUT = "queries not rewritten, searched as they are";

/**
 * The standalone search queries that a model makes of the questions and the conversation before them; none where it
 * fails, is too slow, or writes something else: rewriting helps a search, and must not be what it fails by. Throws only
 * where the asker has gone away.
 */
export async function rewriteQueries(
	rewriter: Helper,
	questions: string[],
	history: ChatMessage[],
	signal: AbortSignal | undefined,
): Promise<{ queries: string[]; rewrite: HelpCall | null }> {
	const { text, call } = await callBeside(rewriter, rewritePrompt(questions, history), signal, WITHOUT);
	const queries = text === null ? undefined : parseQueries(text);
	if (text !== null && !queries) {
		rewriter.log.warn({ model: rewriter.model }, `${WITHOUT}: the model wrote no JSON array of them`);
	}
	return { queries: queries ?? [], rewrite: call };
}
