import type { BlobStore } from "../src/blobs/blob-store.ts";
import type { Config } from "../src/config.ts";
import type { Database } from "../src/db/database.ts";
import type { JobQueue } from "../src/jobs/queue.ts";
import { settleIndex } from "../src/jobs/settle-index.ts";
import { fold } from "../src/lexical/fold.ts";
import { nameWithoutExtension, searchableName } from "../src/lexical/searchable.ts";
import type { Embedder } from "../src/models/embedder.ts";
import { measureRevision } from "../src/store/chunks.ts";
import { getDocumentPart } from "../src/store/documents.ts";
import { type FileRow, getFile } from "../src/store/files.ts";
import { beginRevision, publishRevision } from "../src/store/index-files.ts";
import { analyseTexts } from "../src/store/index-terms.ts";
import { getActiveIndex, type IndexRow } from "../src/store/indexes.ts";
import {
	finishIngestion,
	getVectorStoreFile,
	type Progress,
	reportProgress,
	type VectorStoreFileRow,
} from "../src/store/vector-store-files.ts";
import { chunk } from "./chunk/registry.ts";
import { blocksOf } from "./chunk/text-block.ts";
import { embedChunks } from "./embed.ts";
import { languageOfDocument } from "./language.ts";
import type { ParserPool } from "./parse/parser-pool.ts";
import { readDocument } from "./read-document.ts";
import { readParts } from "./read-parts.ts";
import { writeBatch } from "./write.ts";

export type PipelineDeps = {
	db: Database;
	blobs: BlobStore;
	parsers: ParserPool;
	embedder: Embedder | null;
	queue: JobQueue;
	config: Pick<Config, "EMBEDDING_CONCURRENCY">;
};

export type Ingestion = { row: VectorStoreFileRow; file: FileRow & { project_id: string }; index: IndexRow };

/** The file was removed from its store, cancelled or attached again: this ingestion ends without a trace. */
export class Overtaken extends Error {}

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
 * The line: bytes → document → chunks → weights and vectors → index. Safe to repeat from any point: the document is
 * kept once it is whole, chunks are written under a revision of their own, and only the last step shows them.
 */
export async function ingest(deps: PipelineDeps, ingestion: Ingestion, signal: AbortSignal): Promise<void> {
	const { row, file, index } = ingestion;
	const document = await readDocument(
		deps,
		file,
		(characters) => report(deps.db, row, "parse", { done: characters, unit: "characters" }),
		signal,
	);
	if (!document) throw new Overtaken();

	const language = await languageOfDocument(
		(await getDocumentPart(deps.db, document.id, 0))?.text ?? "",
		index.language,
	);
	const name = searchableName(`${nameWithoutExtension(file.filename)} ${document.facts.title ?? ""}`);
	const [name_lexemes = ""] = (await analyseTexts(deps.db, [{ language, searchable: name }])).map(fold);
	const revision = await beginRevision(deps.db, index.id, { file_id: file.id, document_id: document.id, name_lexemes });
	const place = { index_id: index.id, file_id: file.id, revision };
	const strategy = row.chunking_strategy ?? index.chunking_strategy;
	const source = { filename: file.filename, facts: document.facts, embedder: deps.embedder };
	const chunks = chunk(blocksOf(readParts(deps.db, document.id)), source, strategy);
	const embedder = index.embedding_model === null ? null : deps.embedder;

	await report(deps.db, row, "index", { done: 0, of: document.length, unit: "characters" });
	let written = 0;
	for await (const batch of embedChunks(embedder, chunks, deps.config.EMBEDDING_CONCURRENCY, signal)) {
		signal.throwIfAborted();
		await writeBatch(deps.db, index, language, place, batch, written);
		written += batch.chunks.length;
		const done = batch.chunks.at(-1)?.end ?? 0;
		await report(deps.db, row, "index", { done, of: document.length, unit: "characters" });
	}

	const { bytes } = await measureRevision(deps.db, place);
	await deps.db.transaction(async (tx) => {
		if (!(await finishIngestion(tx, row, { status: "completed", usage_bytes: bytes }))) throw new Overtaken();
		// Another attempt, of a worker that was thought dead, has begun a revision of its own: this one is made again.
		if (!(await publishRevision(tx, index.id, file.id, revision))) throw new Error("the revision was given up");
		await deps.queue.send(settleIndex, { index_id: index.id }, { tx, key: String(index.id), delaySeconds: 2 });
	});
}

async function report(db: Database, row: VectorStoreFileRow, stage: string, progress: Progress): Promise<void> {
	if (!(await reportProgress(db, row, stage, progress))) throw new Overtaken();
}
