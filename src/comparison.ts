import type { ChunkingStrategy } from "./chunking-strategy.ts";
import type { Location } from "./types.ts";

/** The chunk lab's words: settings × questions with known evidence → measures. The first settings are the baseline. */

/** One of the ways to index and to send that are compared. */
export type ComparedSettings = {
	name: string;
	chunking_strategy: ChunkingStrategy;
	embedding_model: string | null;
	context: { passage_tokens: number };
};

/** Where an answer stands: found again in the stored document, whatever it is cut into. Exactly one of the last four. */
export type EvidencePointer = {
	file_id: string;
	/** Word for word, but for white space. */
	quote?: string;
	page?: number;
	row?: number;
	json_pointer?: string;
};

export type ComparisonQuestion = { question: string; evidence: EvidencePointer[]; answer?: string };

/** Evidence that was found in its document; offsets are UTF-16 units of the canonical text, `[start, end)`. */
export type EvidenceSpan = {
	file_id: string;
	filename: string;
	start: number;
	end: number;
	/** What stands there, cut to a few hundred characters. */
	text: string;
	location: Location;
	/** Other places of the document where a quote stands, in order: each is as good. */
	elsewhere?: { start: number; end: number }[];
};

/** Where evidence stands, and nothing of what it says. */
export type EvidencePlaces = Pick<EvidenceSpan, "file_id" | "start" | "end" | "elsewhere">;

/** All places of an evidence, the first first. */
export function placesOf({ file_id, start, end, elsewhere = [] }: EvidencePlaces) {
	return [{ start, end }, ...elsewhere].map((place) => ({ file_id, ...place }));
}

/** The places that top-k recall is told at. */
export const RECALL_AT = [1, 3, 5, 10] as const;
/** So many of the best passages are looked at for the first that holds evidence. */
export const RANKED = 20;
/** The place that precision and IoU are told at, as in Chroma's evaluation of chunking (n = 5). */
export const PRECISION_AT = 5;

/** Of one question under one setting. Shares are 0..1 and counted in characters of the documents. */
export type QuestionMeasures = {
	/** Share of the evidence in the best k passages, by `RECALL_AT`. */
	recall_at: Record<string, number>;
	/** Share of the evidence in what would be sent to the model. */
	recall_in_budget: number;
	/** 1 / the rank of the first passage that holds any evidence; 0 where none of the best `RANKED` does. */
	reciprocal_rank: number;
	/** Share of evidence in the best `PRECISION_AT` passages; overlaps count each time. */
	precision: number;
	/** Evidence found ÷ (evidence + retrieved − evidence found), in the best `PRECISION_AT` passages. */
	iou: number;
	/** Tokens of the excerpts that would be sent (o200k_base). */
	context_tokens: number;
};

export type MeasureName =
	| "recall_in_budget"
	| "recall_at_5"
	| "reciprocal_rank"
	| "precision"
	| "iou"
	| "context_tokens";

/** Means over the questions, and what it took. */
export type SettingsResult = {
	name: string;
	/** The index that was asked; null once it was removed. */
	index_id: string | null;
	chunks: number;
	/** Null where an index that was there already was asked. */
	build: { tokens_embedded: number; vectors_reused: number; cost_usd: number | null; seconds: number } | null;
	means: QuestionMeasures;
	/** Of input alone: mean context tokens at the model's price, and the question's vector. Null where a price is not known. */
	cost_usd_per_1000_questions: number | null;
};

/** Settings minus baseline, paired by question; the interval is a bootstrap's 95 %, over the questions. */
export type Difference = {
	settings: string;
	baseline: string;
	measure: MeasureName;
	mean: number;
	low: number;
	high: number;
};

/** What one question found under each of the settings, in their order. */
export type QuestionResult = {
	question: string;
	answer?: string;
	evidence: EvidenceSpan[];
	/** The settings that have the most of the evidence in their budget, but for what is not `NOTICED`; empty where all have. */
	won_by: string[];
	lost_by: string[];
	measures: QuestionMeasures[];
	/** What would be sent, per settings; only of questions that are won and lost. */
	sent?: { file_id: string; filename: string; start: number; end: number; text: string; location: Location }[][];
};

/** Shares of evidence nearer than that are the same: a chunk's edge may cut a mark off a quote. */
export const NOTICED = 0.01;

/** How far the shares of a question's evidence in the budget lie apart, 0..1. */
export function spreadOf({ measures }: Pick<QuestionResult, "measures">): number {
	const shares = measures.map(({ recall_in_budget }) => recall_in_budget);
	return Math.max(...shares) - Math.min(...shares);
}

export type ComparisonResults = {
	settings: SettingsResult[];
	differences: Difference[];
	questions: QuestionResult[];
	/** Questions that could not be asked, and why: a quote that is not in its document. */
	skipped: { question: string; reason: string }[];
};
