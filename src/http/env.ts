import type { BlobStore } from "../blobs/blob-store.ts";
import type { Config } from "../config.ts";
import type { Database } from "../db/database.ts";
import type { JobQueue } from "../jobs/queue.ts";
import type { Log } from "../log.ts";
import type { ChatModel } from "../models/chat-model.ts";
import type { Embedder } from "../models/embedder.ts";

/** What the resources need; app.ts makes it. */
export type HttpDeps = {
	config: Config;
	log: Log;
	db: Database;
	blobs: BlobStore;
	queue: JobQueue;
	embedder: Embedder | null;
	chat: ChatModel;
};

/** What middleware leaves on the context. */
export type Env = { Variables: { requestId: string; projectId: string } };
