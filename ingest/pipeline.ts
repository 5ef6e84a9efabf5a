import type { BlobStore } from "../src/blobs/blob-store.ts";
import type { ChunkingStrategy } from "../src/chunking-strategy.ts";
import type { Config } from "../src/config.ts";
import type { Database } from "../src/db/database.ts";
import { ExcerptError } from "../src/errors.ts";
import { buildIndex } from "../src/jobs/build-index.ts";
import type { JobQueue } from "../src/jobs/queue.ts";
import { settleIndex } from "../src/jobs/settle-index.ts";
import { Overtaken } from "../src/jobs/while-current.ts";
import { fold } from "../src/lexical/fold.ts";
import { nameWithoutExtension, searchableName } from "../src/lexical/searchable.ts";
import type { Embedder } from "../src/models/embedder.ts";
import { measureRevision } from "../src/store/chunks.ts";
import { getDocumentOfFile } from "../src/store/documents.ts";
import { type FileRow, getFile } from "../src/store/files.ts";
import { holdActiveIndex, listReadyIndexes } from "../src/store/index-builds.ts";
import { beginRevision, publishRevision } from "../src/store/index-files.ts";
import { analyseTexts } from "../src/store/index-terms.ts";
import { getActiveIndex, type IndexRow } from "../src/store/indexes.ts";
import {
	finishIngestion,
	getVectorStoreFile,
	isCurrent,
	type VectorStoreFileRow,
} from "../src/store/vector-store-files.ts";
import { findReusableIndexes } from "../src/store/vectors.ts";
import type { ChunkDraft } from "../src/types.ts";
import { regroup } from "./batch.ts";
import { chunk } from "./chunk/registry.ts";
import { blocksOf } from "./chunk/text-block.ts";
import { FileVectors } from "./file-vectors.ts";
import { languageOfDocument } from "./language.ts";
import { type OpenDocument, openDocument } from "./open-document.ts";
import type { ParserPool } from "./parse/parser-pool.ts";
import { prepareChunks } from "./prepare.ts";
import { ProgressReport } from "./progress-report.ts";
import { type Place, writeBatch } from "./write.ts";

/** Chunks that one transaction writes: the more, the fewer times the same words are counted. */
const WRITE_BATCH = 1000;
const WRITE_WAIT_MS = 200;

export type PipelineDeps = {
	db: Database;
	blobs: BlobStore;
	parsers: ParserPool;
	embedder: Embedder | null;
	queue: JobQueue;
	config: Pick<Config, "EMBEDDING_CONCURRENCY">;
};

/** The store answers from another index now than the one that was written into. */
export class IndexReplaced extends Error {}

export type Ingestion = { row: VectorStoreFileRow; file: FileRow & { project_id: string }; index: IndexRow };

/** What there is to do, or undefined where it was done, cancelled or removed before this job came to it. */
export async function claimIngestion(
	db: Database,
	vectorStoreId: string,
	fileId: string,
): Promise<Ingestion | undefined> {
	const row = await getVectorStoreFile(db, vectorStoreId, fileId);
	if (row?.status !== "in_progress") return undefined;
	const file = await getFile(db, row.project_id, fileId);
	const index = await getActiveIndex(db, vectorStoreId);
	return file && index && { row, file: { ...file, project_id: row.project_id }, index };
}

/**
 * The line: bytes → document → chunks → weights and vectors → index. All of it runs at once: what was read is cut, embedded
 * and written while the parser reads on. Safe to repeat from any point: the document is kept once it is whole, chunks are
 * written under a revision of their own, and only the last step shows them.
 */
export async function ingest(deps: PipelineDeps, ingestion: Ingestion, signal: AbortSignal): Promise<void> {
	const { row, file, index } = ingestion;
	const progress = new ProgressReport(deps.db, row);
	await progress.reading({ done: 0, unit: "characters" });
	const document = await openDocument(deps, file, signal);
	try {
		const watched = { ...document, parts: progress.watch(document) };
		const strategy = row.chunking_strategy ?? index.chunking_strategy;
		const written = (end: number) => progress.written(end);
		const place = await indexDocument(deps, { file, index, document: watched, strategy, written }, signal);
		await publish(deps, ingestion, place);
	} finally {
		await document.close();
	}
}

export type DocumentToIndex = {
	file: FileRow & { project_id: string };
	index: IndexRow;
	document: Pick<OpenDocument, "id" | "title" | "beginning" | "parts">;
	strategy: ChunkingStrategy;
	/** The chunks, where it is known how the strategy cuts the document. */
	cut?: AsyncIterable<ChunkDraft>;
	/** Told after each batch up to which character of the document chunks are written. */
	written(end: number): Promise<void>;
};

/** The line from the document on, into whichever index: returns the revision that holds its chunks, still unseen. */
export async function indexDocument(
	deps: Pick<PipelineDeps, "db" | "embedder" | "config">,
	{ file, index, document, strategy, cut, written }: DocumentToIndex,
	signal: AbortSignal,
): Promise<Place> {
	const { db } = deps;
	const language = await languageOfDocument(document.beginning, index.language);
	const revision = await beginRevision(db, index.id, {
		file_id: file.id,
		document_id: document.id,
		name_lexemes: await nameLexemes(db, language, file.filename, document.title),
	});
	const place = { index_id: index.id, file_id: file.id, revision };
	const vectors = await vectorsFor(deps, file, index, signal);

	const source = { filename: file.filename, title: document.title, embedder: vectors?.embedder ?? deps.embedder };
	const chunks = cut ?? chunk(blocksOf(document.parts), source, strategy);
	const prepared = prepareChunks(db, chunks, {
		language,
		filename: file.filename,
		vectors,
		concurrency: deps.config.EMBEDDING_CONCURRENCY,
	});
	let count = 0;
	for await (const batch of regroup(prepared, WRITE_BATCH, WRITE_WAIT_MS)) {
		signal.throwIfAborted();
		await writeBatch(db, place, batch, count);
		vectors?.written(batch.map((chunk) => chunk.content_hash));
		count += batch.length;
		await written(batch.at(-1)?.end ?? 0);
	}
	return place;
}

/** Shows what was written: the document is whole, and one row flips. */
async function publish({ db, queue }: PipelineDeps, { row, file, index }: Ingestion, place: Place): Promise<void> {
	// Another ingestion of the same file may have been first; its document says the same.
	const document = await getDocumentOfFile(db, file.id);
	// Without one the file is gone, or else something is wrong that must not leave it waiting for ever.
	if (!document) throw (await isCurrent(db, row)) ? new Error("the document was lost") : new Overtaken();
	const { chunks, bytes } = await measureRevision(db, place);
	const { attachment, chunking_strategy } = row;
	await db.transaction(async (tx) => {
		if (!(await holdActiveIndex(tx, row.vector_store_id, index.id))) throw new IndexReplaced();
		if (!(await finishIngestion(tx, row, { status: "completed", usage_bytes: bytes }))) throw new Overtaken();
		// Another attempt, of a worker that was thought dead, has begun a revision of its own: this one is made again.
		if (!(await publishRevision(tx, place, { document_id: document.id, chunks, bytes, attachment, chunking_strategy })))
			throw new Error("the revision was given up");
		await queue.send(settleIndex, { index_id: index.id }, { tx, key: String(index.id), delaySeconds: 2 });
		for (const id of await listReadyIndexes(tx, row.vector_store_id)) {
			await queue.send(buildIndex, { index_id: id }, { tx, key: String(id) });
		}
	});
}

/** What the document-level score compares a question with. */
async function nameLexemes(db: Database, language: string, filename: string, title = ""): Promise<string> {
	const searchable = searchableName(`${nameWithoutExtension(filename)} ${title}`);
	const [lexemes = ""] = await analyseTexts(db, [{ language, searchable }]);
	return fold(lexemes);
}

/** Null where the index has no vectors. */
async function vectorsFor(
	{ db, embedder }: Pick<PipelineDeps, "db" | "embedder">,
	file: FileRow,
	index: IndexRow,
	signal: AbortSignal,
): Promise<FileVectors | null> {
	const { embedding_model } = index;
	if (embedding_model === null) return null;
	if (embedder === null) {
		throw new ExcerptError(
			"configuration",
			`This vector store is embedded with '${embedding_model}', and EMBEDDING_MODEL is not set. Set it, or build an index without vectors.`,
		);
	}
	const reusable = await findReusableIndexes(db, { ...index, embedding_model }, file.sha256, embedder.dimensions);
	return new FileVectors(db, embedder.withModel(embedding_model), reusable, signal);
}
