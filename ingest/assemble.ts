import { countTokens } from "../src/models/tokens.ts";
import type { DocumentPart } from "../src/store/documents.ts";
import type { DocumentFacts, Piece } from "../src/types.ts";

/** What there is to say of a document once it was read to its end. */
export type DocumentTotals = { length: number; tokens: number; facts: DocumentFacts };

/** 256 KiB of UTF-8 at the most: a UTF-16 unit takes up to three bytes. Pieces are never cut, parts end between them. */
const PART_LENGTH = 80_000;

/** Lays a parser's pieces end to end into the canonical text, in parts with the marks of their blocks. */
export async function* assemble(
	batches: AsyncGenerator<Piece[], DocumentFacts>,
): AsyncGenerator<DocumentPart, DocumentTotals> {
	let part: DocumentPart = { ordinal: 0, start: 0, end: 0, text: "", blocks: [] };
	let tokens = 0;
	try {
		for (;;) {
			const { done, value } = await batches.next();
			if (done) {
				if (part.text.length > 0) yield part;
				return { length: part.end, tokens, facts: value };
			}
			for (const piece of value) {
				if (part.text.length > 0 && part.text.length + piece.text.length > PART_LENGTH) {
					yield part;
					part = { ordinal: part.ordinal + 1, start: part.end, end: part.end, text: "", blocks: [] };
				}
				const start = part.end;
				part.text += piece.text;
				part.end += piece.text.length;
				if (piece.kind === "gap") continue;
				const size = countTokens(piece.text);
				tokens += size;
				part.blocks.push({ kind: piece.kind, start, end: part.end, tokens: size, location: piece.location });
			}
		}
	} finally {
		// A consumer that stops early must not keep the parser.
		await batches.return({ warnings: [] });
	}
}
