import type { CsvOptions } from "../../src/csv-options.ts";
import type { DocumentFacts, Piece } from "../../src/types.ts";

/** What a parser is given. `path` is the stored blob; `filename` is what the user called it. */
export type Source = {
	path: string;
	filename: string;
	bytes: number;
	/** In place of what would be detected. */
	csv?: CsvOptions;
	/** Called with what is known of the whole before its end, as soon as it is. */
	onKnown?: (known: KnownEarly) => void;
	/** How text in images is read; null or absent, it is not. Languages are Tesseract's codes, such as "eng". */
	ocr?: { languages: string[] } | null;
};

export type KnownEarly = { title?: string; pages?: number };

/**
 * Reads one format. Yields pieces in reading order, in batches of a size that suits the format (a page, some hundred
 * rows), so that a document of any size streams through; returns what it learnt about the whole.
 *
 * The concatenation of all pieces' text is the canonical text. Pieces are never empty, and never longer than
 * 32 Ki UTF-16 units: where a format would give a longer one, `parse` cuts it.
 * Throws `ExcerptError` with code `invalid_file` (damaged, malformed, encrypted) or `unsupported_file`, whose
 * message tells the user what is wrong and what to do.
 */
export type Parser = (source: Source) => AsyncGenerator<Piece[], DocumentFacts>;

/** One format: what it is called, and how a file is recognised. */
export type Format = {
	name: string;
	/** Lower-case file name extensions without the dot. */
	extensions: readonly string[];
	/** Bytes that begin such a file whatever it is called, e.g. `%PDF-`. */
	magic?: string;
	/** What begins the name of a part by which a ZIP file is known to be such a file, e.g. `word/`. */
	part?: string;
	/** Imported when first needed: a server that sees no PDF never loads the PDF library. */
	load: () => Promise<Parser>;
};
