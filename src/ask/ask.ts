import type { Handle } from "../db/handle.ts";
import type { ChatModel } from "../models/chat-model.ts";
import type { Embedder } from "../models/embedder.ts";
import { sumDocumentTokens } from "../store/documents.ts";
import type { Usage } from "../types.ts";
import { answer } from "./answer.ts";
import type { AskEvent } from "./ask-event.ts";
import { countParts } from "./count-parts.ts";
import { fitHistory } from "./history.ts";
import { buildPrompt, renderExcerpts } from "./prompt.ts";
import { writeReceipt } from "./receipt.ts";
import { toolsOf } from "./search-tool.ts";
import type { Turn } from "./turn.ts";
import { TurnSearch } from "./turn-search.ts";

export type AskDeps = { db: Handle; embedder: Embedder | null; chat: ChatModel };

/** The line: question → retrieval → context → model → answer with citations → receipt. */
export async function* ask(deps: AskDeps, turn: Turn): AsyncGenerator<AskEvent> {
	const clock = startClock();
	const history = fitHistory(turn.history, turn.historyTokens);

	const search = new TurnSearch(deps, turn);
	yield* search.first();
	const context = search.stages && [...search.sent];
	const retrieved = clock();

	const rules = search.asks ? { cite: turn.format.type === "text", search: turn.ownSearches > 0 } : null;
	const prompt = buildPrompt({ ...turn, rules, history: history.kept, context });

	const answered = yield* answer(deps, turn, prompt, search, clock);

	const { model, incomplete, calls, output, citations, firstToken } = answered;
	const [first] = prompt;
	const facts = {
		system: first?.role === "system" ? first.content : "",
		historyTokens: history.tokens,
		question: turn.question,
		excerpts: context ? renderExcerpts(context) : "",
		steps: turn.steps,
		tools: toolsOf(turn),
	};
	const stores = search.asks ? turn.searches.flatMap(({ vectorStoreIds }) => vectorStoreIds) : [];
	const receipt = writeReceipt({
		model,
		considered: search.considered,
		retrieval: search.stages,
		rewrite: search.rewrite,
		sent: search.sent,
		dropped: search.dropped,
		turns: history.turns,
		tokens: countParts(facts, calls, output),
		calls,
		wholeFilesTokens: stores.length > 0 ? await sumDocumentTokens(deps.db, [...new Set(stores)]) : 0,
		citations,
		milliseconds: { retrieve: retrieved, first_token: firstToken, total: clock() },
	});
	yield { type: "answered", model, incomplete, usage: sumOf(calls.map(({ usage }) => usage)), receipt };
}

function sumOf(usages: Usage[]): Usage {
	const sum = (of: keyof Usage) => usages.reduce((total, usage) => total + usage[of], 0);
	return {
		input_tokens: sum("input_tokens"),
		cached_tokens: sum("cached_tokens"),
		output_tokens: sum("output_tokens"),
		reasoning_tokens: sum("reasoning_tokens"),
	};
}

function startClock(): () => number {
	const start = performance.now();
	return () => Math.round(performance.now() - start);
}
