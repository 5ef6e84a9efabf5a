import type { Handle } from "../db/handle.ts";
import type { ChatMessage } from "../models/chat-model.ts";
import type { Embedder } from "../models/embedder.ts";
import type { ContextPassage } from "../types.ts";
import type { AskEvent } from "./ask-event.ts";
import { buildPrompt } from "./prompt.ts";
import { type Memory, remember } from "./remember.ts";
import type { Turn } from "./turn.ts";
import { TurnSearch } from "./turn-search.ts";

export type PreparedPrompt = {
	/** What the model is sent first. */
	prompt: ChatMessage[];
	history: Memory;
	search: TurnSearch;
	/** The excerpts in it; null where nothing was searched. */
	context: ContextPassage[] | null;
};

export type PromptDeps = { db: Handle; embedder: Embedder | null };

/** Everything before the model is called: what of the conversation fits, what the question finds, and the prompt of both. */
export async function* preparePrompt(deps: PromptDeps, turn: Turn): AsyncGenerator<AskEvent, PreparedPrompt> {
	const history = await remember(turn.history, turn.historyTokens, turn.summariser, turn.signal);
	const search = new TurnSearch(deps, turn);
	yield* search.first();
	const context = search.stages || search.sent.length > 0 ? [...search.sent] : null;
	const rules = search.asks ? { cite: turn.format.type === "text", search: turn.ownSearches > 0 } : null;
	return { prompt: buildPrompt({ ...turn, rules, history: history.kept, context }), history, search, context };
}
