import type { BuildDeps } from "../ingest/reindex/build.ts";
import type { Reranking } from "../src/ask/retrieve.ts";
import type { JobQueue } from "../src/jobs/queue.ts";
import type { Log } from "../src/log.ts";
import type { ChatModel } from "../src/models/chat-model.ts";
import type { Prices } from "../src/models/prices.ts";

/** What a comparison needs of the process it runs in. */
export type LabDeps = BuildDeps & {
	queue: JobQueue;
	log: Log;
	chat: ChatModel;
	prices: Prices;
	/** As for answers; null: none. */
	reranking: Reranking | null;
};
