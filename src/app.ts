import { availableParallelism } from "node:os";
import { join } from "node:path";
import { requireLanguages } from "../ingest/parse/ocr-languages.ts";
import { createParserPool, type ParserPool } from "../ingest/parse/parser-pool.ts";
import { previewChunks } from "../ingest/preview.ts";
import { estimateIndex } from "../ingest/reindex/estimate.ts";
import { startWorker } from "../ingest/worker.ts";
import { startLab } from "../lab/start.ts";
import { createDiskBlobs } from "./blobs/disk.ts";
import type { Config } from "./config.ts";
import type { Database } from "./db/database.ts";
import { type DataDirectoryLock, lockDataDirectory } from "./db/lock.ts";
import { openDatabase } from "./db/open.ts";
import { keepHeapSmall } from "./heap.ts";
import { createHttpApp } from "./http/app.ts";
import type { HttpDeps } from "./http/env.ts";
import { listenForNews } from "./http/response-news.ts";
import { runBackground } from "./http/run-background.ts";
import { answerResponse } from "./jobs/answer-response.ts";
import { buildIndex } from "./jobs/build-index.ts";
import { compareSettings } from "./jobs/compare-settings.ts";
import { indexVectors } from "./jobs/index-vectors.ts";
import { ingestFile } from "./jobs/ingest-file.ts";
import { type JobQueue, startQueue } from "./jobs/queue.ts";
import { settleIndex } from "./jobs/settle-index.ts";
import { sweep } from "./jobs/sweep.ts";
import type { Log } from "./log.ts";
import { createChatRouter } from "./models/chat-router.ts";
import { createExtractive } from "./models/extractive.ts";
import { createHttpReranker } from "./models/http-reranker.ts";
import { createLangChainChat } from "./models/langchain-chat.ts";
import { createOpenAIChat } from "./models/openai-chat.ts";
import { createOpenAIClient } from "./models/openai-client.ts";
import { createOpenAIEmbedder } from "./models/openai-embedder.ts";
import { Prices } from "./models/prices.ts";
import { unlockAllConversations } from "./store/conversation-locks.ts";
import { Traffic } from "./traffic.ts";

/** Everything of this process, put together: the only file of src/ that imports ingest/ and lab/. */
export type Service = {
	/** Answers an HTTP request; a server passes them on, a command calls it directly. */
	fetch(request: Request): Response | Promise<Response>;
	db: Database;
	/** Tells commands on this machine where the service can be reached. */
	publishAddress(address: string): void;
	/** Ends jobs, parsers and the database, in that order; what was acknowledged is kept. */
	close(): Promise<void>;
};

/** What a process does besides answering its requests. */
export type Duties = {
	/** Ingests what is uploaded, and builds and compares indexes. */
	worker: boolean;
	/** Answers background responses: for a process that stays. */
	background?: boolean;
};

/** Opens the database, starts the queue, and takes up its duties. Throws where the data directory is in use, or the data of an OCR language is missing. */
export async function createService(config: Config, log: Log, { worker, background }: Duties): Promise<Service> {
	const ocr = config.OCR === "auto" ? { languages: config.OCR_LANGUAGES.split("+") } : null;
	if (ocr) requireLanguages(ocr.languages);
	keepHeapSmall();
	const lock: DataDirectoryLock | undefined = config.DATABASE_URL ? undefined : lockDataDirectory(config.DATA_DIR);
	const opened: (() => Promise<void> | void)[] = [() => lock?.release()];
	const close = async () => {
		for (const end of opened.splice(0).reverse()) await end();
	};
	try {
		const db = await openDatabase(config);
		opened.push(() => db.close());
		// On Postgres others may be alive, and locks end by themselves.
		if (db.exclusive) await unlockAllConversations(db);
		const blobs = createDiskBlobs(join(config.DATA_DIR, "blobs"));
		const client = createOpenAIClient(config);
		const adapters = {
			openai: client ? createOpenAIChat(client, config) : null,
			langchain: createLangChainChat(config),
			extractive: createExtractive(),
		};
		const chat = createChatRouter(adapters, config.MODEL_ALIASES);
		const prices = new Prices(config.MODEL_PRICES);
		const embedder =
			client && config.EMBEDDING_MODEL
				? createOpenAIEmbedder(client, config.EMBEDDING_MODEL, config.EMBEDDING_DIMENSIONS)
				: null;
		const reranker = config.RERANK_URL ? createHttpReranker(config) : null;

		const limits = { memoryMb: config.PARSE_MEMORY_MB, timeoutMs: config.PARSE_TIMEOUT_SECONDS * 1000, ocr };
		const size = Math.min(config.WORKER_CONCURRENCY, availableParallelism());
		const parsers: ParserPool = createParserPool({ size, ...limits });
		// A long document holds its parser for as long as its chunks wait for vectors; who looks at a preview must not.
		const previewParsers: ParserPool = createParserPool({ size: 1, ...limits });
		opened.push(() => Promise.all([parsers.close(), previewParsers.close()]).then(() => {}));
		const kinds = [ingestFile, settleIndex, indexVectors, buildIndex, compareSettings, sweep, answerResponse];
		const queue: JobQueue = await startQueue(db, kinds, log);
		opened.push(() => queue.stop());
		const news = await listenForNews(db);
		opened.push(() => news.close());
		const traffic = new Traffic();
		const deps = { config, log, db, blobs, queue, embedder, reranker, chat, prices, parsers, news, traffic };
		if (worker) {
			await startWorker(deps);
			await startLab({ ...deps, reranking: reranker && { reranker, candidates: config.RERANK_CANDIDATES } });
		}

		const previewDeps = { ...deps, parsers: previewParsers };
		const httpDeps: HttpDeps = {
			...deps,
			previewChunks: (...asked) => previewChunks(previewDeps, ...asked),
			estimateIndex: (...asked) => estimateIndex(deps, ...asked),
		};
		if (background) await runBackground(httpDeps);
		const app = createHttpApp(httpDeps);
		return {
			fetch: (request) => app.fetch(request),
			db,
			publishAddress: (address) => lock?.publish(address),
			close,
		};
	} catch (error) {
		await close();
		throw error;
	}
}
