import { countTokens } from "../src/models/tokens.ts";
import type { DocumentPart } from "../src/store/documents.ts";
import type { DocumentFacts, Piece } from "../src/types.ts";
import type { KnownEarly } from "./parse/parser.ts";

/** The first part says what was known by then: chunks are cut before the last is read. */
export type AssembledPart = DocumentPart & KnownEarly;

/** What there is to say of a document once it was read to its end. */
export type DocumentTotals = { length: number; tokens: number; facts: DocumentFacts };

/** 256 KiB of UTF-8 at the most: a UTF-16 unit takes up to three bytes. Pieces are never cut, parts end between them. */
const PART_LENGTH = 80_000;
/** A page that is read by OCR takes seconds: what has been read is passed on, and shows that something happens. */
const PART_MS = 2000;

/**
 * Lays a parser's pieces end to end into the canonical text, in parts with the marks of their blocks. `knownSoFar` is
 * what the parser has said of the whole up to now; a title that comes after the first part comes too late.
 */
export async function* assemble(
	batches: AsyncGenerator<Piece[], DocumentFacts>,
	knownSoFar: () => KnownEarly = () => ({}),
): AsyncGenerator<AssembledPart, DocumentTotals> {
	let part: AssembledPart = { ordinal: 0, start: 0, end: 0, text: "", blocks: [] };
	let tokens = 0;
	let title: string | undefined;
	let began = performance.now();
	const ended = (known: KnownEarly) => {
		const done = part;
		if (done.ordinal === 0) {
			title = known.title;
			if (title !== undefined) done.title = title;
			if (known.pages !== undefined) done.pages = known.pages;
		}
		part = { ordinal: done.ordinal + 1, start: done.end, end: done.end, text: "", blocks: [] };
		began = performance.now();
		return done;
	};
	try {
		for (;;) {
			const { done, value } = await batches.next();
			if (done) {
				if (part.text.length > 0) yield ended({ ...knownSoFar(), ...value });
				const { title: _late, ...facts } = value;
				return { length: part.end, tokens, facts: title === undefined ? facts : { ...facts, title } };
			}
			for (const piece of value) {
				if (part.text.length > 0 && part.text.length + piece.text.length > PART_LENGTH) yield ended(knownSoFar());
				const start = part.end;
				part.text += piece.text;
				part.end += piece.text.length;
				if (piece.kind === "gap") continue;
				const size = countTokens(piece.text);
				tokens += size;
				part.blocks.push({ kind: piece.kind, start, end: part.end, tokens: size, location: piece.location });
			}
			if (part.text.length > 0 && performance.now() - began > PART_MS) yield ended(knownSoFar());
		}
	} finally {
		// A consumer that stops early must not keep the parser.
		await batches.return({ warnings: [] });
	}
}
