import type { Reranking } from "../src/ask/retrieve.ts";
import type { Turn } from "../src/ask/turn.ts";
import { TurnSearch } from "../src/ask/turn-search.ts";
import { RANKED } from "../src/comparison.ts";
import type { Database } from "../src/db/database.ts";
import { mergeLocations } from "../src/location.ts";
import { TEXT_ONLY } from "../src/models/chat-model.ts";
import type { Embedder } from "../src/models/embedder.ts";
import type { Outcome, SentSpan } from "../src/store/compared-settings.ts";
import type { FoundQuestion } from "../src/store/comparisons.ts";
import type { ContextPassage, Passage } from "../src/types.ts";
import { measure } from "./measure.ts";

type Deps = { db: Database; embedder: Embedder | null; reranking: Reranking | null };
export type Asked = { vectorStoreId: string; indexId: number; passageTokens: number };

/** Searches as an answer to the question would, to the excerpts that it would send, and measures them; no model is called. */
export async function askQuestion(
	{ db, embedder, reranking }: Deps,
	asked: Asked,
	{ question, evidence }: FoundQuestion,
	signal: AbortSignal,
): Promise<Outcome> {
	const search = new TurnSearch({ db, embedder }, turnOf(question, asked, reranking, signal));
	const ranked: Passage[] = [];
	for await (const told of search.first()) if (told.type === "search_completed") ranked.push(...told.passages);
	const contextTokens = search.sent.reduce((sum, { tokens }) => sum + tokens, 0);
	// As they are merged: white space between two chunks is sent too.
	const sent = search.sent.map(spanOf);
	return { measures: measure(evidence, { ranked: ranked.slice(0, RANKED), sent, contextTokens }), sent };
}

/** A question without a conversation before it, searched once, by the settings that a tool has where it says nothing. */
function turnOf(
	question: string,
	{ vectorStoreId, indexId, passageTokens }: Asked,
	reranking: Reranking | null,
	signal: AbortSignal,
): Turn {
	const search = { filter: null, scoreThreshold: 0, weights: null, explained: false, limit: null, ofInput: false };
	return {
		...TEXT_ONLY,
		model: "",
		instructions: null,
		history: [],
		question,
		steps: [],
		searches: [{ ...search, vectorStoreIds: [vectorStoreId], indexId, reranking }],
		givenStores: [],
		searchFirst: true,
		searchedBefore: [],
		ownSearches: 0,
		rewriter: null,
		passageTokens,
		historyTokens: 0,
		summariser: null,
		max_output_tokens: null,
		temperature: null,
		top_p: null,
		signal,
	};
}

/** An excerpt's passages are neighbours of one document, in reading order. */
function spanOf({ passages }: ContextPassage): SentSpan {
	const { file_id, filename, start } = passages[0] as ContextPassage["passages"][number];
	const end = Math.max(...passages.map((passage) => passage.end));
	return { file_id, filename, start, end, location: mergeLocations(passages.map(({ location }) => location)) };
}
