import type { BlobStore } from "../src/blobs/blob-store.ts";
import type { ChunkingStrategy } from "../src/chunking-strategy.ts";
import type { CsvOptions } from "../src/csv-options.ts";
import type { Database } from "../src/db/database.ts";
import type { Embedder } from "../src/models/embedder.ts";
import { type DocumentPart, getDocumentOfFile } from "../src/store/documents.ts";
import type { FileRow } from "../src/store/files.ts";
import type { ChunkDraft, ChunkPreview } from "../src/types.ts";
import { chunk } from "./chunk/registry.ts";
import { blocksOf } from "./chunk/text-block.ts";
import { openParsed } from "./open-document.ts";
import type { ParserPool } from "./parse/parser-pool.ts";
import { readParts } from "./read-parts.ts";

type Deps = { db: Database; blobs: BlobStore; parsers: ParserPool; embedder: Embedder | null };

type Settings = {
	strategy: ChunkingStrategy;
	/** In place of those that the file was uploaded with. */
	csv?: CsvOptions;
	limit: number;
};

/**
 * The chunks that a file would have under these settings: `limit` of them from the first, and statistics over all.
 * Stores nothing; a file that no store has read yet is parsed for it, and any file where CSV options are given.
 * Throws what parsing throws.
 */
export async function previewChunks(
	deps: Deps,
	file: FileRow,
	{ strategy, csv, limit }: Settings,
	signal: AbortSignal,
): Promise<ChunkPreview> {
	const document = csv ? undefined : await getDocumentOfFile(deps.db, file.id);
	if (document) {
		const { title, warnings } = document.facts;
		return { ...(await collect(readParts(deps.db, document.id), title)), warnings };
	}
	const { title, parts, close } = await openParsed(deps, csv ? { ...file, csv } : file, signal);
	try {
		let warnings: string[] = [];
		const read = async function* () {
			warnings = (yield* parts).facts.warnings;
		};
		return { ...(await collect(read(), title)), warnings };
	} finally {
		await close();
	}

	async function collect(
		parts: AsyncIterable<DocumentPart>,
		title: string | undefined,
	): Promise<Omit<ChunkPreview, "warnings">> {
		const source = { filename: file.filename, title, embedder: deps.embedder };
		const chunks: ChunkDraft[] = [];
		const sizes: number[] = [];
		for await (const draft of chunk(blocksOf(parts), source, strategy)) {
			if (chunks.length < limit) chunks.push(draft);
			sizes.push(draft.tokens);
		}
		return { chunks, statistics: statisticsOf(sizes) };
	}
}

function statisticsOf(sizes: number[]): ChunkPreview["statistics"] {
	const sorted = sizes.toSorted((a, b) => a - b);
	const total = sizes.reduce((sum, size) => sum + size, 0);
	return {
		chunks: sizes.length,
		tokens: {
			total,
			mean: sizes.length > 0 ? Math.round((10 * total) / sizes.length) / 10 : 0,
			min: sorted[0] ?? 0,
			median: sorted[sorted.length >> 1] ?? 0,
			max: sorted.at(-1) ?? 0,
		},
	};
}
