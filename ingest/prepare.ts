import { pMapIterable } from "p-map";
import type { Database } from "../src/db/database.ts";
import { fold } from "../src/lexical/fold.ts";
import { countLexemes, type TermCounts } from "../src/lexical/lexemes.ts";
import { searchable } from "../src/lexical/searchable.ts";
import { analyseTexts } from "../src/store/index-terms.ts";
import type { Vector } from "../src/store/vectors.ts";
import type { ChunkDraft } from "../src/types.ts";
import { batchChunks } from "./batch.ts";
import { contentHash, embeddedText, searchedText } from "./content.ts";
import type { FileVectors } from "./file-vectors.ts";
import { ChunkLanguages } from "./language.ts";

/** A chunk with all that it will be found by but the weights, which depend on the index at the time it is written. */
export type PreparedChunk = ChunkDraft & {
	content_hash: Buffer;
	language: string;
	lexemes: string;
	terms: TermCounts;
	vector: Vector | null;
};

export type PrepareOptions = {
	/** The document's: a text search configuration. */
	language: string;
	filename: string;
	/** Null where the index has none. */
	vectors: FileVectors | null;
	/** Requests for vectors at a time. */
	concurrency: number;
};

/** Without an embedder a batch is only what one statement analyses. */
const UNEMBEDDED_BATCH = { count: 500, tokens: Number.POSITIVE_INFINITY };
/** One batch is analysed while the one before is written. */
const UNEMBEDDED_CONCURRENCY = 2;

/**
 * Chunks with their terms and vectors, in batches and in order: up to `concurrency` requests for vectors are under way
 * while the batches before them are written and the document behind them is still being read and cut.
 */
export function prepareChunks(
	db: Database,
	chunks: AsyncIterable<ChunkDraft>,
	options: PrepareOptions,
): AsyncIterable<PreparedChunk[]> {
	const embedder = options.vectors?.embedder;
	const limits = embedder ? { count: embedder.maxTexts, tokens: embedder.maxTokens } : UNEMBEDDED_BATCH;
	const concurrency = embedder ? options.concurrency : UNEMBEDDED_CONCURRENCY;
	const languages = new ChunkLanguages(options.language);
	return pMapIterable(batchChunks(chunks, limits), (batch) => prepare(db, batch, languages.of(batch), options), {
		concurrency,
	});
}

async function prepare(
	db: Database,
	chunks: ChunkDraft[],
	told: Promise<string[]>,
	options: PrepareOptions,
): Promise<PreparedChunk[]> {
	const languages = await told;
	const texts = chunks.map((chunk, place) => ({
		language: languages[place] as string,
		searchable: searchable(searchedText(chunk)),
	}));
	const embeddable = chunks.map((chunk) => embeddedText(chunk, options.filename));
	const hashes = embeddable.map(contentHash);
	const [analysed, vectors] = await Promise.all([analyseTexts(db, texts), options.vectors?.of(embeddable, hashes)]);
	const lexemes = analysed.map(fold);
	return chunks.map((chunk, place) => ({
		...chunk,
		content_hash: hashes[place] as Buffer,
		language: languages[place] as string,
		lexemes: lexemes[place] as string,
		terms: countLexemes(lexemes[place] as string),
		vector: vectors?.[place] ?? null,
	}));
}
