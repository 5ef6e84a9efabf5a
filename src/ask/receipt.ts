import { costAt, type Price, type Prices } from "../models/prices.ts";
import { countTokens } from "../models/tokens.ts";
import type { ContextPassage, Location, Passage, Usage } from "../types.ts";
import type { Dropped, DropReason } from "./context.ts";
import type { Rewrite } from "./rewrite-queries.ts";
import { roundScore } from "./round-score.ts";
import type { StageCounts } from "./stage-counts.ts";

/** What a turn considered, sent and dropped, in tokens and money. */
export type Receipt = {
	model: string;
	passages: {
		considered: number;
		sent: PassageEntry[];
		dropped: (PassageEntry & { reason: DropReason })[];
	};
	/** What each stage of the search found and dropped; null where no documents were asked. */
	retrieval: StageCounts | null;
	/** The call that rewrote the question into search queries; null where none was made, or nothing came back. */
	rewrite: { model: string; input_tokens: number; output_tokens: number } | null;
	/** Counted with o200k_base; `usage` on the response is the model's own count. */
	tokens: { instructions: number; history: number; passages: number; question: number; output: number; total: number };
	/** What sending every document of the searched stores whole would have taken. */
	whole_files_tokens: number;
	turns: { sent: number; dropped: number };
	citations: { verified: number; dropped: number };
	/** US dollars, rewriting included; null where the price of a model is not known. */
	cost_usd: number | null;
	/** What each model that was called takes, in US dollars for a million tokens, and the day that its list price is of. */
	prices: Record<string, Price | null>;
	milliseconds: { retrieve: number; first_token: number | null; total: number };
};

type PassageEntry = {
	chunk_id: string;
	file_id: string;
	filename: string;
	location: Location;
	score: number;
	tokens: number;
};

export type ReceiptFacts = {
	model: string;
	considered: number;
	retrieval: StageCounts | null;
	rewrite: Rewrite | null;
	sent: ContextPassage[];
	dropped: Dropped[];
	instructions: string;
	historyTokens: number;
	turns: { sent: number; dropped: number };
	question: string;
	renderedPassages: string;
	output: string;
	usage: Usage;
	wholeFilesTokens: number;
	citations: { verified: number; dropped: number };
	milliseconds: Receipt["milliseconds"];
	prices: Prices;
};

export function writeReceipt(facts: ReceiptFacts): Receipt {
	const priced = [facts, ...(facts.rewrite ? [facts.rewrite] : [])].map(({ model, usage }) => {
		return { model, usage, price: facts.prices.of(model, usage.input_tokens) };
	});
	const parts = {
		instructions: countTokens(facts.instructions),
		history: facts.historyTokens,
		passages: countTokens(facts.renderedPassages),
		question: countTokens(facts.question),
		output: countTokens(facts.output),
	};
	return {
		model: facts.model,
		passages: {
			considered: facts.considered,
			sent: facts.sent.flatMap((excerpt) => excerpt.passages.map(entryOf)),
			dropped: facts.dropped.map(({ passage, reason }) => ({ ...entryOf(passage), reason })),
		},
		retrieval: facts.retrieval,
		rewrite: facts.rewrite && {
			model: facts.rewrite.model,
			input_tokens: facts.rewrite.usage.input_tokens,
			output_tokens: facts.rewrite.usage.output_tokens,
		},
		tokens: { ...parts, total: Object.values(parts).reduce((sum, part) => sum + part, 0) },
		whole_files_tokens: facts.wholeFilesTokens,
		turns: facts.turns,
		citations: facts.citations,
		cost_usd: sumOfCosts(priced),
		prices: Object.fromEntries(priced.map(({ model, price }) => [model, price])),
		milliseconds: facts.milliseconds,
	};
}

function sumOfCosts(calls: { usage: Usage; price: Price | null }[]): number | null {
	return calls.reduce<number | null>((sum, { usage, price }) => {
		return sum === null || price === null ? null : sum + costAt(price, usage);
	}, 0);
}

function entryOf({ chunk_id, file_id, filename, location, score, tokens }: Passage): PassageEntry {
	return { chunk_id, file_id, filename, location, score: roundScore(score), tokens };
}
