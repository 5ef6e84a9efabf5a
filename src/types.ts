/** The words of the house (ARCHITECTURE.md, "Words") as types. Everything may import this file; it imports nothing. */

/**
 * Where a span comes from, in the user's terms. Only the keys that apply are present.
 * Pages and rows count from 1 (a CSV's first data row is row 1, its header row 0); both ends are inclusive.
 */
export type Location = {
	page_start?: number;
	page_end?: number;
	row_start?: number;
	row_end?: number;
	sheet?: string;
	/** RFC 6901 pointer to the smallest value that holds the span; "" is the whole document. */
	json_pointer?: string;
	/** Headings above the span, outermost first. */
	headings?: string[];
	/** The text was read from an image. */
	ocr?: true;
};

export type BlockKind = "heading" | "paragraph" | "table" | "row" | "record" | "code";

/** What a parser yields: a block's text, or the filler between two blocks. Together they tile the canonical text. */
export type Piece = { kind: BlockKind; text: string; location: Location } | { kind: "gap"; text: string };

/** A piece of a document with its place in the canonical text; offsets are UTF-16 units, `[start, end)`. */
export type Block = { kind: BlockKind; start: number; end: number; text: string; location: Location };

/** What a parser learns about the document as a whole. */
export type DocumentFacts = {
	title?: string;
	pages?: number;
	rows?: number;
	/** Column names of a table; they are the context line of its rows. */
	columns?: string[];
	/** Things the parser worked around, in words for the user ("row 7 has 3 fields, expected 5"). */
	warnings: string[];
};

export type Attributes = Record<string, string | number | boolean>;
export type Metadata = Record<string, string>;

/** A chunk as a strategy cuts it, before it is weighed, embedded and stored. */
export type ChunkDraft = {
	start: number;
	end: number;
	/** The exact slice `[start, end)` of the canonical text. */
	text: string;
	/** Indexed and sent with the text, never part of it: "title › heading path", or a table's column names. */
	context: string;
	/** Tokens of `text` (o200k_base). */
	tokens: number;
	location: Location;
};

/** What chunk settings would make of a file. */
export type ChunkPreview = {
	/** The first of them, as many as were asked for. */
	chunks: ChunkDraft[];
	/** Over all chunks; sizes in tokens. */
	statistics: { chunks: number; tokens: { total: number; mean: number; min: number; median: number; max: number } };
	warnings: string[];
};

/** What building an index with other settings would take; all but `sample` is scaled to the whole store. */
export type IndexEstimate = {
	chunks: number;
	/** Of the chunks whose vectors are not known yet. */
	tokens_to_embed: number;
	vectors_reused: number;
	/** Null where the embedding model's price is not known. */
	cost_usd: number | null;
	/** Roughly: how fast the embedding server is, nobody knows beforehand. */
	seconds: number;
	/** Files that were attached with a chunking_strategy of their own, and keep it. */
	files_with_own_strategy: number;
	/** The share of the documents' characters that was cut to tell; 1 is all. */
	sample: { documents: number; of: number; share: number };
};

/** Scores of a passage: each in 0..1, `null` where that search, or the reranker, did not run. */
export type Scores = { lexical: number | null; dense: number | null; rerank: number | null };

/** A chunk, or several adjacent ones merged, that retrieval found for a question. */
export type Passage = {
	chunk_id: string;
	file_id: string;
	document_id: string;
	filename: string;
	attributes: Attributes;
	start: number;
	end: number;
	text: string;
	context: string;
	tokens: number;
	location: Location;
	/** 0..1: the reranker's where one ran, else the fused one. */
	score: number;
	scores: Scores;
	/** Where it was asked for. */
	explanation?: Explanation;
};

/** How a passage came to its scores. `matched_terms`, `name_score` and `language_bonus` add up to `scores.lexical`. */
export type Explanation = {
	/** The query it scored best by. */
	query: string;
	/** The query's terms (stems) that the passage holds, the weightiest first; `score` is their share. */
	matched_terms: { term: string; idf: number; score: number }[];
	/** The share of its document's name and title. */
	name_score: number;
	/** The share of being in the question's language. */
	language_bonus: number;
	/** What lexical and dense search gave together, before a reranker. */
	fused_score: number;
	/** Places, from 1: in each search, and fused, among all that the query found; null where a search did not find it. */
	ranks: { lexical: number | null; dense: number | null; fused: number };
};

/** Neighbouring passages of one document that are sent as one excerpt, with the number the model cites it by. */
export type ContextPassage = {
	number: number;
	/** In reading order. */
	passages: Passage[];
	/** What is sent: context line and text. */
	text: string;
	tokens: number;
	score: number;
};

/** A place in an answer tied to an exact quote; `quote` is the document's `[start, end)`, word for word. */
export type Citation = {
	/** Offset in the answer's text (UTF-16 units) at which the citation attaches. */
	index: number;
	file_id: string;
	filename: string;
	chunk_id: string;
	quote: string;
	start: number;
	end: number;
	location: Location;
};

/**
 * When the documents of a turn are searched: `first`, with the question, before the model is called; `tool`, whenever the
 * model asks for it, with its own queries; `both`.
 */
export const SEARCH_MODES = ["first", "tool", "both"] as const;
export type SearchMode = (typeof SEARCH_MODES)[number];

export type Usage = { input_tokens: number; cached_tokens: number; output_tokens: number; reasoning_tokens: number };
