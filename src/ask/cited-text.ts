import type { Handle } from "../db/handle.ts";
import { locate } from "../location.ts";
import { getDocumentParts } from "../store/documents.ts";
import type { Citation, ContextPassage } from "../types.ts";
import type { AskEvent } from "./ask-event.ts";
import { chooseQuote, type Quote, sentenceBefore } from "./cite.ts";
import { MarkerScanner } from "./markers.ts";

/** The text of one message so far; turns markers into citations whose quotes stand in the documents. */
export class CitedText {
	text = "";
	readonly #db: Handle;
	readonly #sent: ContextPassage[];
	readonly #counts: CitationCounts;
	readonly #scanner = new MarkerScanner();

	/** `sent`: all excerpts that the model was given. `counts` go on over the messages of a turn. */
	constructor(db: Handle, sent: ContextPassage[], counts: CitationCounts) {
		this.#db = db;
		this.#sent = sent;
		this.#counts = counts;
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
			const excerpt = this.#sent.find(({ number }) => number === piece.number);
			const quote = chooseQuote(sentenceBefore(this.text), excerpt);
			if (quote) {
				this.#counts.verified++;
				yield { type: "citation", citation: await citationOf(this.#db, quote, this.text.length) };
			} else this.#counts.dropped++;
		}
	}
}

export type CitationCounts = { verified: number; dropped: number };

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
