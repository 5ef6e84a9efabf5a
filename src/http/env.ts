import type { BlobStore } from "../blobs/blob-store.ts";
import type { ChunkingStrategy } from "../chunking-strategy.ts";
import type { Config } from "../config.ts";
import type { CsvOptions } from "../csv-options.ts";
import type { Database } from "../db/database.ts";
import type { JobQueue } from "../jobs/queue.ts";
import type { Log } from "../log.ts";
import type { ChatModel } from "../models/chat-model.ts";
import type { Embedder } from "../models/embedder.ts";
import type { Prices } from "../models/prices.ts";
import type { Reranker } from "../models/reranker.ts";
import type { FileRow } from "../store/files.ts";
import type { IndexRow } from "../store/indexes.ts";
import type { Traffic } from "../traffic.ts";
import type { ChunkPreview, IndexEstimate } from "../types.ts";
import type { ResponseNews } from "./response-news.ts";

/** What the resources need; app.ts makes it. */
export type HttpDeps = {
	config: Config;
	log: Log;
	db: Database;
	blobs: BlobStore;
	queue: JobQueue;
	embedder: Embedder | null;
	reranker: Reranker | null;
	chat: ChatModel;
	news: ResponseNews;
	prices: Prices;
	/** Told of each question. */
	traffic: Traffic;
	/** What ingest/ would make of a file; handed in by app.ts, because nothing here imports ingest/. */
	previewChunks(
		file: FileRow,
		settings: { strategy: ChunkingStrategy; csv?: CsvOptions; limit: number },
		signal: AbortSignal,
	): Promise<ChunkPreview>;
	/** What building another index beside this one would take, by ingest/ too. */
	estimateIndex(
		active: IndexRow,
		settings: Pick<IndexRow, "chunking_strategy" | "embedding_model">,
		signal: AbortSignal,
	): Promise<IndexEstimate>;
};

/** What middleware leaves on the context. */
export type Env = { Variables: { requestId: string; projectId: string } };
