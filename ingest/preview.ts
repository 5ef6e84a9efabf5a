import type { BlobStore } from "../src/blobs/blob-store.ts";
import type { ChunkingStrategy } from "../src/chunking-strategy.ts";
import type { CsvOptions } from "../src/csv-options.ts";
import type { Database } from "../src/db/database.ts";
import type { Embedder } from "../src/models/embedder.ts";
import { type DocumentPart, getDocumentOfFile } from "../src/store/documents.ts";
import type { FileRow } from "../src/store/files.ts";
import type { ChunkDraft, ChunkPreview, DocumentFacts } from "../src/types.ts";
import { assemble } from "./assemble.ts";
import { chunk } from "./chunk/registry.ts";
import { blocksOf } from "./chunk/text-block.ts";
import type { ParserPool } from "./parse/parser-pool.ts";
import { readParts } from "./read-parts.ts";
import { sourceOf } from "./source-of.ts";

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
	if (document) return collect(readParts(deps.db, document.id), document.facts);
	return deps.blobs.withPath(file.id, async (path) => {
		// Facts, and the title in a context line with them, are known at the end of parsing: it goes through twice.
		const source = sourceOf(csv ? { ...file, csv } : file, path);
		const parse = () => assemble(deps.parsers.parse(source, { signal }));
		const first = parse();
		let step = await first.next();
		while (!step.done) step = await first.next();
		return collect(parse(), step.value.facts);
	});

	async function collect(parts: AsyncIterable<DocumentPart>, facts: DocumentFacts): Promise<ChunkPreview> {
		const source = { filename: file.filename, facts, embedder: deps.embedder };
		const chunks: ChunkDraft[] = [];
		const sizes: number[] = [];
		for await (const draft of chunk(blocksOf(parts), source, strategy)) {
			if (chunks.length < limit) chunks.push(draft);
			sizes.push(draft.tokens);
		}
		return { chunks, statistics: statisticsOf(sizes), warnings: facts.warnings };
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
