import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type OpenAI from "openai";
import { createService } from "../../src/app.ts";
import type { ChunkingStrategy } from "../../src/chunking-strategy.ts";
import { createClient } from "../../src/cli/connect.ts";
import { loadConfig } from "../../src/config.ts";
import { createLog } from "../../src/log.ts";

/** A document as it is uploaded; `doc` is what the set's questions call it. */
export type SetFile = { doc: string; filename: string; content: string | Buffer };

/** The service in this process, asked by the official client. */
export type Bench = {
	client: OpenAI;
	/** null: lexical search alone. */
	embeddingModel: string | null;
	/**
	 * A store of that name with the files, each with its `doc` as attribute; one that a former run has filled is taken as it
	 * is. Throws where a file could not be ingested.
	 */
	fill(name: string, files: SetFile[], strategy?: ChunkingStrategy): Promise<string>;
	close(): Promise<void>;
};

/** A batch takes 2,000. */
const BATCH = 1_000;

/** Embedded in a folder that goes away at the end, or in `directory`, which stays; DATABASE_URL names a Postgres instead. */
export async function openBench(directory?: string): Promise<Bench> {
	const folder = directory ?? mkdtempSync(join(tmpdir(), "excerpt-bench-"));
	const { DATABASE_URL, OPENAI_BASE_URL, OPENAI_API_KEY, EMBEDDING_MODEL, EMBEDDING_DIMENSIONS } = process.env;
	const server = { OPENAI_BASE_URL, OPENAI_API_KEY, EMBEDDING_MODEL, EMBEDDING_DIMENSIONS };
	const config = loadConfig({ DATA_DIR: folder, DATABASE_URL, LOG_LEVEL: "error", ...server });
	const service = await createService(config, createLog(config.LOG_LEVEL), { worker: true });
	const client = createClient(config, "http://127.0.0.1", service.fetch);
	const held = new Map<string, string>();
	for await (const store of client.vectorStores.list()) held.set(`${store.name}`, store.id);
	return {
		client,
		embeddingModel: config.EMBEDDING_MODEL || null,
		async fill(name, files, strategy = { type: "auto" }) {
			const known = held.get(name);
			if (known) return known;
			const { id } = await client.vectorStores.create({ name: `${name}, unfinished` });
			for (let start = 0; start < files.length; start += BATCH) {
				await attach(client, id, files.slice(start, start + BATCH), strategy);
			}
			await client.vectorStores.update(id, { name });
			held.set(name, id);
			return id;
		},
		async close() {
			await service.close();
			if (!directory) rmSync(folder, { recursive: true, force: true });
		},
	};
}

async function attach(client: OpenAI, storeId: string, files: SetFile[], strategy: ChunkingStrategy): Promise<void> {
	const entries: { file_id: string; attributes: { doc: string }; chunking_strategy: ChunkingStrategy }[] = [];
	for (const { doc, filename, content } of files) {
		const file = new File([content as Uint8Array<ArrayBuffer> | string], filename);
		const { id } = await client.files.create({ file, purpose: "assistants" });
		entries.push({ file_id: id, attributes: { doc }, chunking_strategy: strategy });
	}
	const body = { files: entries } as unknown as OpenAI.VectorStores.FileBatchCreateParams;
	const batch = await client.vectorStores.fileBatches.createAndPoll(storeId, body, { pollIntervalMs: 50 });
	const { completed } = batch.file_counts;
	if (completed !== files.length) throw new Error(`${files.length - completed} documents could not be ingested`);
}
