import { costAt, type Price, type Prices } from "../models/prices.ts";
import type { ContextPassage, Usage } from "../types.ts";
import type { ModelCall } from "./answer.ts";
import type { HelpCall } from "./call-beside.ts";
import type { CitationCounts } from "./citation-counts.ts";
import { type DroppedEntry, type PassageEntry, passageEntry } from "./passage-entry.ts";
import type { Memory } from "./remember.ts";
import type { StageCounts } from "./stage-counts.ts";

/** What a turn considered, sent and dropped, in tokens and money. */
export type Receipt = {
	model: string;
	passages: {
		considered: number;
		sent: PassageEntry[];
		dropped: DroppedEntry[];
	};
	/** What each stage of the search found and dropped; null where no documents were asked. */
	retrieval: StageCounts | null;
	/** The call that rewrote the question into search queries; null where none was made, or nothing came back. */
	rewrite: HelpEntry | null;
	/** Each call to the model in its order, by its server's count: more than one where it searched by itself. */
	model_calls: { model: string; input_tokens: number; cached_tokens: number; output_tokens: number }[];
	/**
	 * Over all calls to the model: what is sent with each counts each time. `tools`: functions offered, called, and what they
	 * gave; `overhead`: what frames messages and calls, and the schema of the answer. Counted with o200k_base; `usage` on the
	 * response is the model's own count.
	 */
	tokens: {
		instructions: number;
		history: number;
		passages: number;
		question: number;
		tools: number;
		overhead: number;
		output: number;
		total: number;
	};
	/** By what share the servers' counts of input are above ours (0.01: 1 %); null where none reported any. */
	usage_difference: number | null;
	/** What sending every document of the searched stores whole would have taken. */
	whole_files_tokens: number;
	/** Earlier turns of the conversation: sent whole, left out, and told of by a note. */
	turns: Memory["turns"];
	/** The call that wrote the note; null where none was made, or nothing came back. */
	summary: HelpEntry | null;
	citations: CitationCounts;
	/** US dollars, rewriting and summarising included; null where the price of a model is not known. */
	cost_usd: number | null;
	/** What each model that was called takes, in US dollars for a million tokens, and the day that its list price is of. */
	prices: Record<string, Price | null>;
	milliseconds: { retrieve: number; first_token: number | null; total: number };
};

type HelpEntry = { model: string; input_tokens: number; output_tokens: number };

export type ReceiptFacts = {
	model: string;
	considered: number;
	retrieval: StageCounts | null;
	rewrite: HelpCall | null;
	sent: ContextPassage[];
	dropped: DroppedEntry[];
	turns: Memory["turns"];
	summary: HelpCall | null;
	tokens: Omit<Receipt["tokens"], "total">;
	calls: Pick<ModelCall, "model" | "usage" | "reported" | "counted">[];
	wholeFilesTokens: number;
	citations: CitationCounts;
	milliseconds: Receipt["milliseconds"];
	prices: Prices;
};

export function writeReceipt(facts: ReceiptFacts): Receipt {
	const beside = [facts.rewrite, facts.summary].filter((call) => call !== null);
	const priced = [...facts.calls, ...beside].map(({ model, usage }) => {
		return { model, usage, price: facts.prices.of(model, usage.input_tokens) };
	});
	return {
		model: facts.model,
		passages: {
			considered: facts.considered,
			sent: facts.sent.flatMap((excerpt) => excerpt.passages.map(passageEntry)),
			dropped: facts.dropped,
		},
		retrieval: facts.retrieval,
		rewrite: facts.rewrite && helpEntry(facts.rewrite),
		model_calls: facts.calls.map(({ model, usage: { reasoning_tokens: _, ...usage } }) => ({ model, ...usage })),
		tokens: { ...facts.tokens, total: Object.values(facts.tokens).reduce((sum, part) => sum + part, 0) },
		usage_difference: differenceOf(facts.calls),
		whole_files_tokens: facts.wholeFilesTokens,
		turns: facts.turns,
		summary: facts.summary && helpEntry(facts.summary),
		citations: facts.citations,
		cost_usd: sumOfCosts(priced),
		prices: Object.fromEntries(priced.map(({ model, price }) => [model, price])),
		milliseconds: facts.milliseconds,
	};
}

function differenceOf(calls: ReceiptFacts["calls"]): number | null {
	const reported = calls.filter((call) => call.reported);
	if (reported.length === 0) return null;
	const counted = reported.reduce((sum, call) => sum + call.counted, 0);
	const taken = reported.reduce((sum, call) => sum + call.usage.input_tokens, 0);
	return Math.round((10_000 * (taken - counted)) / counted) / 10_000;
}

function sumOfCosts(calls: { usage: Usage; price: Price | null }[]): number | null {
	return calls.reduce<number | null>((sum, { usage, price }) => {
		return sum === null || price === null ? null : sum + costAt(price, usage);
	}, 0);
}

function helpEntry({ model, usage }: HelpCall): HelpEntry {
	return { model, input_tokens: usage.input_tokens, output_tokens: usage.output_tokens };
}
