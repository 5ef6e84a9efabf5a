import type { AnswerFormat, ChatMessage, ChatTool, ToolChoice, Wishes } from "../models/chat-model.ts";
import type { Helper } from "./call-beside.ts";
import type { Retrieval } from "./retrieve.ts";

/** Where and how a turn looks for its passages: a file_search tool in our words. */
export type Search = Omit<Retrieval, "queries" | "limit" | "besides" | "signal"> & {
	/** Files of the input, which are searched before the model is called whatever the mode, and which no tool is told for. */
	ofInput: boolean;
	/** null: as many as the budget may take. */
	limit: number | null;
};

/** One question with all that belongs to it. */
export type Turn = {
	model: string;
	instructions: string | null;
	/** The conversation before the question, oldest first. */
	history: ChatMessage[];
	question: string;
	/** Where the answer goes on after functions were called: the calls since the question, and what they gave. */
	steps: ChatMessage[];
	/** One for each file_search tool; none: no documents are asked. */
	searches: Search[];
	/** Stores of files that came with the question: sent whole where there is room. */
	givenStores: string[];
	/** Whether the question is searched before the model is called. */
	searchFirst: boolean;
	/** What was searched for the question before functions were called; searched again, because the answer still needs it. */
	searchedBefore: string[];
	/** How often the model may search by itself. */
	ownSearches: number;
	/** null: the question is searched as it is. */
	rewriter: Helper | null;
	/** The client's functions. */
	tools: ChatTool[];
	/** Of the first call to the model: a model that was made to call something is then free to answer. */
	toolChoice: ToolChoice;
	parallelToolCalls: boolean;
	format: AnswerFormat;
	/** Tokens of passages, over all searches of the turn. */
	passageTokens: number;
	historyTokens: number;
	/** null: earlier turns that have no room are left out. */
	summariser: Helper | null;
	max_output_tokens: number | null;
	temperature: number | null;
	top_p: number | null;
	wishes: Wishes;
	signal: AbortSignal;
};
