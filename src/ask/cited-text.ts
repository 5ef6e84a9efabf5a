import type { Handle } from "../db/handle.ts";
import type { Citation, ContextPassage } from "../types.ts";
import { type CitationCounts, countDropped } from "./citation-counts.ts";
import { chooseQuotes, type Quote } from "./cite.ts";
import { claimBefore, isWithinSentence, sentenceEnd } from "./claim.ts";
import { MarkerScanner } from "./markers.ts";
import { verifyQuote } from "./verify-quote.ts";

export type CitedTextEvent = { type: "text"; text: string } | { type: "citation"; citation: Citation };

/** Markers that stand together, and cite for the same. */
type Group = {
	/** Where they stand in the text. */
	index: number;
	/** Where the markers before them stand. */
	from: number;
	numbers: number[];
	/** Nothing before them is borne out; what follows in the sentence may be. */
	looksAhead: boolean;
};

/**
 * The text of one message so far; turns markers into citations whose quotes stand in the documents and bear out what they
 * are attached to. A citation is told as soon as it is settled, at the latest at the end of its sentence; its index is
 * where the marker stood.
 */
export class CitedText {
	text = "";
	readonly #db: Handle;
	readonly #sent: ContextPassage[];
	readonly #counts: CitationCounts;
	readonly #scanner = new MarkerScanner();
	#group: Group | null = null;
	#lastIndex = 0;

	/** `sent`: all excerpts that the model was given. `counts` go on over the messages of a turn. */
	constructor(db: Handle, sent: ContextPassage[], counts: CitationCounts) {
		this.#db = db;
		this.#sent = sent;
		this.#counts = counts;
	}

	async *take(piece: string): AsyncGenerator<CitedTextEvent> {
		yield* this.#pass(this.#scanner.push(piece));
	}

	async *end(): AsyncGenerator<CitedTextEvent> {
		yield* this.#pass(this.#scanner.flush());
		yield* this.#close();
	}

	async *#pass(pieces: ReturnType<MarkerScanner["push"]>): AsyncGenerator<CitedTextEvent> {
		for (const piece of pieces) {
			if (piece.type === "text") {
				yield* this.#settleBefore();
				this.text += piece.text;
				yield { type: "text", text: piece.text };
				yield* this.#settleAhead();
				continue;
			}
			if (this.#group?.index !== this.text.length) yield* this.#close();
			this.#group ??= { index: this.text.length, from: this.#lastIndex, numbers: [], looksAhead: false };
			if (!this.#group.numbers.includes(piece.number)) this.#group.numbers.push(piece.number);
		}
	}

	/** By what stands before the markers: most models write them behind what they cite for. */
	async *#settleBefore(): AsyncGenerator<CitedTextEvent> {
		const group = this.#group;
		if (!group || group.looksAhead) return;
		const before = this.text.slice(0, group.index);
		group.numbers = yield* this.#cite(group, claimBefore(before, group.from));
		const line = before.slice(Math.max(group.from, before.lastIndexOf("\n") + 1));
		group.looksAhead = isWithinSentence(line);
		if (group.numbers.length === 0 || !group.looksAhead) this.#drop(group);
	}

	/** By the whole sentence, once it is there: "According to 【1】, it is free." */
	async *#settleAhead(): AsyncGenerator<CitedTextEvent> {
		const group = this.#group;
		if (!group?.looksAhead) return;
		const end = sentenceEnd(this.text.slice(group.index));
		if (end !== -1) yield* this.#settleWhole(group, group.index + end);
	}

	async *#settleWhole(group: Group, end: number): AsyncGenerator<CitedTextEvent> {
		group.numbers = yield* this.#cite(group, claimBefore(this.text.slice(0, end), group.from));
		this.#drop(group);
	}

	/** Nothing more of the sentence is to be waited for: it ends, or other markers follow. */
	async *#close(): AsyncGenerator<CitedTextEvent> {
		yield* this.#settleBefore();
		const group = this.#group;
		if (group) yield* this.#settleWhole(group, this.text.length);
	}

	/** Tells the citations that a claim bears out, and returns the numbers of those it does not. */
	async *#cite(group: Group, claim: Parameters<typeof chooseQuotes>[0]): AsyncGenerator<CitedTextEvent, number[]> {
		const known = group.numbers.flatMap((number) => this.#sent.find((excerpt) => excerpt.number === number) ?? []);
		const quotes = chooseQuotes(claim, known);
		const left: number[] = [];
		for (const number of group.numbers) {
			const quote = quotes.get(number);
			if (!quote) left.push(number);
			else yield* this.#tell(quote, group.index);
		}
		return left;
	}

	async *#tell(quote: Quote, index: number): AsyncGenerator<CitedTextEvent> {
		const location = await verifyQuote(this.#db, quote);
		if (!location) return countDropped(this.#counts, "not_in_document");
		const { file_id, filename, chunk_id } = quote.passage;
		const { quote: text, start, end } = quote;
		this.#counts.verified++;
		yield { type: "citation", citation: { index, file_id, filename, chunk_id, quote: text, start, end, location } };
	}

	#drop(group: Group): void {
		for (const number of group.numbers) {
			const wasSent = this.#sent.some((excerpt) => excerpt.number === number);
			countDropped(this.#counts, wasSent ? "not_supported" : "no_such_excerpt");
		}
		this.#lastIndex = group.index;
		this.#group = null;
	}
}
