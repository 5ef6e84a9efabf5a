import type { Handle } from "../db/handle.ts";
import { newId } from "../ids.ts";
import { locate } from "../location.ts";
import { type ChatMessage, type ChatModel, TEXT_ONLY } from "../models/chat-model.ts";
import type { Embedder } from "../models/embedder.ts";
import type { Prices } from "../models/prices.ts";
import { countTokens } from "../models/tokens.ts";
import { getDocumentParts, sumDocumentTokens } from "../store/documents.ts";
import type { Citation, ContextPassage, Passage, Usage } from "../types.ts";
import { chooseQuote, type Quote, sentenceBefore } from "./cite.ts";
import { buildContext, passagesFor } from "./context.ts";
import { earlierQuestions, fitHistory } from "./history.ts";
import { MarkerScanner } from "./markers.ts";
import { buildPrompt, renderExcerpts } from "./prompt.ts";
import { type Receipt, writeReceipt } from "./receipt.ts";
import { type Retrieval, type Retrieved, retrieve } from "./retrieve.ts";

/** Where and how a turn looks for its passages: the file_search tool in our words. */
export type Search = Omit<Retrieval, "questions" | "background" | "history" | "limit" | "signal"> & {
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
	/** null: no documents are asked. */
	search: Search | null;
	passageTokens: number;
	historyTokens: number;
	max_output_tokens: number | null;
	temperature: number | null;
	top_p: number | null;
	signal: AbortSignal;
};

/** The answer as it comes about. `wire/` turns these into a stream of either API generation, or into one body. */
export type AskEvent =
	| { type: "search_started"; id: string }
	| { type: "search_completed"; id: string; queries: string[]; passages: Passage[] }
	| { type: "message_started"; id: string }
	| { type: "text"; text: string }
	| { type: "citation"; citation: Citation }
	| { type: "message_completed"; id: string; incomplete: boolean }
	| {
			type: "answered";
			model: string;
			incomplete: "max_output_tokens" | "content_filter" | null;
			usage: Usage;
			receipt: Receipt;
	  };

export type AskDeps = { db: Handle; embedder: Embedder | null; chat: ChatModel; prices: Prices };

/** The line: question → retrieval → context → model → answer with citations → receipt. */
export async function* ask(deps: AskDeps, turn: Turn): AsyncGenerator<AskEvent> {
	const clock = startClock();
	const history = fitHistory(turn.history, turn.historyTokens);
	let found: Retrieved | null = null;
	let context: ReturnType<typeof buildContext> = { sent: [], dropped: [] };
	if (turn.search) {
		const id = newId("file_search_call");
		yield { type: "search_started", id };
		const conversation = { history: turn.history, background: earlierQuestions(turn.history) };
		const limit = turn.search.limit ?? passagesFor(turn.passageTokens);
		const search = { ...turn.search, ...conversation, limit, questions: [turn.question], signal: turn.signal };
		found = await retrieve(deps, search);
		context = buildContext(found.inTurns, turn.passageTokens);
		const passages = shownOf(found.passages, context.sent, turn.search.limit);
		yield { type: "search_completed", id, queries: found.queries, passages };
	}
	const retrieved = clock();

	const { sent, dropped } = context;
	const messages = buildPrompt({ ...turn, history: history.kept, context: turn.search ? sent : null });

	const id = newId("message");
	yield { type: "message_started", id };
	const answer = new Answer(deps.db, sent);
	let firstToken: number | null = null;
	let finish: "stop" | "length" | "content_filter" = "stop";
	let usage: Usage | null = null;
	let model = turn.model;
	for await (const event of deps.chat.stream({ ...TEXT_ONLY, ...turn, messages, context: sent })) {
		if (event.type === "text" || event.type === "refusal") {
			firstToken ??= clock();
			yield* answer.take(event.text);
		} else if (event.type === "done") ({ finish, usage, model } = event);
	}
	yield* answer.end();
	const incomplete = finish === "length" ? "max_output_tokens" : finish === "content_filter" ? finish : null;
	yield { type: "message_completed", id, incomplete: incomplete !== null };

	const spent = usage ?? estimateUsage(messages, answer.text);
	const receipt = writeReceipt({
		model,
		considered: found?.passages.length ?? 0,
		retrieval: found?.stages ?? null,
		rewrite: found?.rewrite ?? null,
		sent,
		dropped,
		instructions: messages[0]?.role === "system" ? messages[0].content : "",
		historyTokens: history.tokens,
		turns: history.turns,
		question: turn.question,
		renderedPassages: turn.search ? renderExcerpts(sent) : "",
		output: answer.text,
		usage: spent,
		wholeFilesTokens: turn.search ? await sumDocumentTokens(deps.db, turn.search.vectorStoreIds) : 0,
		citations: answer.citations,
		milliseconds: { retrieve: retrieved, first_token: firstToken, total: clock() },
		prices: deps.prices,
	});
	yield { type: "answered", model, incomplete, usage: spent, receipt };
}

/** What clients take for unsaid, as in the hosted service. */
const USUAL_RESULTS = 20;

/** The results a client sees: as many as it expects, and whatever else was sent. */
function shownOf(passages: Passage[], sent: ContextPassage[], limit: number | null): Passage[] {
	const among = new Set(sent.flatMap((excerpt) => excerpt.passages));
	return passages.filter((passage, place) => place < (limit ?? USUAL_RESULTS) || among.has(passage));
}

/** The answer's text so far; turns markers into citations whose quotes stand in the documents. */
class Answer {
	text = "";
	readonly citations = { verified: 0, dropped: 0 };
	readonly #scanner = new MarkerScanner();
	readonly #db: Handle;
	readonly #excerpts: Map<number, ContextPassage>;

	constructor(db: Handle, sent: ContextPassage[]) {
		this.#db = db;
		this.#excerpts = new Map(sent.map((excerpt) => [excerpt.number, excerpt]));
	}

	async *take(piece: string): AsyncGenerator<AskEvent> {
		yield* this.#pass(this.#scanner.push(piece));
	}

	async *end(): AsyncGenerator<AskEvent> {
		yield* this.#pass(this.#scanner.flush());
	}

	async *#pass(pieces: ReturnType<MarkerScanner["push"]>): AsyncGenerator<AskEvent> {
		for (const piece of pieces) {
			if (piece.type === "text") {
				this.text += piece.text;
				yield { type: "text", text: piece.text };
				continue;
			}
			const quote = chooseQuote(sentenceBefore(this.text), this.#excerpts.get(piece.number));
			if (quote) {
				this.citations.verified++;
				yield { type: "citation", citation: await citationOf(this.#db, quote, this.text.length) };
			} else this.citations.dropped++;
		}
	}
}

/** The quote with its exact place: the blocks of the document that it touches, not the whole chunk's. */
async function citationOf(db: Handle, { passage, quote, start, end }: Quote, index: number): Promise<Citation> {
	const parts = await getDocumentParts(db, passage.document_id, start, end);
	const location = locate(
		parts.flatMap((part) => part.blocks),
		start,
		end,
	);
	const { file_id, filename, chunk_id } = passage;
	return { index, file_id, filename, chunk_id, quote, start, end, location };
}

/** For servers that report none. */
function estimateUsage(messages: ChatMessage[], output: string): Usage {
	const input_tokens = messages.reduce((sum, message) => sum + countTokens(message.content), 0);
	return { input_tokens, cached_tokens: 0, output_tokens: countTokens(output), reasoning_tokens: 0 };
}

function startClock(): () => number {
	const start = performance.now();
	return () => Math.round(performance.now() - start);
}
