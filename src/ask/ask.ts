import type { Handle } from "../db/handle.ts";
import type { ChatModel } from "../models/chat-model.ts";
import type { Embedder } from "../models/embedder.ts";
import type { Prices } from "../models/prices.ts";
import { sumDocumentTokens } from "../store/documents.ts";
import type { Usage } from "../types.ts";
import { answer } from "./answer.ts";
import type { AskEvent } from "./ask-event.ts";
import { countParts } from "./count-parts.ts";
import { preparePrompt } from "./prepare-prompt.ts";
import { renderExcerpts } from "./prompt.ts";
import { writeReceipt } from "./receipt.ts";
import type { Turn } from "./turn.ts";

export type AskDeps = { db: Handle; embedder: Embedder | null; chat: ChatModel; prices: Prices };

/** The line: question → retrieval → context → model → answer with citations → receipt. */
export async function* ask(deps: AskDeps, turn: Turn): AsyncGenerator<AskEvent> {
	const clock = startClock();
	const { prompt, history, search, context } = yield* preparePrompt(deps, turn);
	const retrieved = clock();

	const answered = yield* answer(deps, turn, prompt, search, clock);

	const { model, incomplete, calls, output, citations, firstToken } = answered;
	const [first] = prompt;
	const facts = {
		system: first?.role === "system" ? first.content : "",
		history: history.kept,
		question: turn.question,
		excerpts: context ? renderExcerpts(context) : "",
		steps: turn.steps,
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
		prices: deps.prices,
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
