import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import OpenAI from "openai";
import pg from "pg";
import { createService } from "../../src/app.ts";
import { createClient } from "../../src/cli/connect.ts";
import { loadConfig } from "../../src/config.ts";
import type { Handle } from "../../src/db/handle.ts";
import { columnTypes } from "../../src/db/types.ts";
import { createLog } from "../../src/log.ts";
import { startServer } from "../server.ts";

/** What is measured: a client of it, what its database says, and whose memory it takes. */
export type Running = { client: OpenAI; db: Handle; pid: number; embeddingUrl: string; stop: () => Promise<void> };

/** Excerpt on Postgres, in a process of its own, as a user runs it. */
export async function startOnPostgres(databaseUrl: string, dataDirectory: string): Promise<Running> {
	const embedder = await startEmbedder();
	const settings = { ...settingsFor(embedder.url), DATABASE_URL: databaseUrl, DATA_DIR: dataDirectory, PORT: "0" };
	const server = await startServer(settings);
	const db = new pg.Client({ connectionString: databaseUrl, types: columnTypes });
	await db.connect();
	return {
		client: new OpenAI({ baseURL: `${server.url}/v1`, apiKey: "none" }),
		db,
		pid: server.pid,
		embeddingUrl: embedder.url,
		async stop() {
			await db.end();
			await server.stop();
			embedder.stop();
		},
	};
}

/** Excerpt on PGlite, in this process: nobody else may look into its database. */
export async function startEmbedded(dataDirectory: string): Promise<Running> {
	const embedder = await startEmbedder();
	const config = loadConfig({ ...settingsFor(embedder.url), DATA_DIR: dataDirectory, LOG_LEVEL: "error" });
	const service = await createService(config, createLog(config.LOG_LEVEL), { worker: true });
	return {
		client: createClient(config, "http://127.0.0.1", service.fetch),
		db: service.db,
		pid: process.pid,
		embeddingUrl: embedder.url,
		async stop() {
			await service.close();
			embedder.stop();
		},
	};
}

function settingsFor(embeddingUrl: string) {
	return { OCR: "off", OPENAI_BASE_URL: embeddingUrl, OPENAI_API_KEY: "none", EMBEDDING_MODEL: "stub" };
}

async function startEmbedder() {
	const child = spawn(process.execPath, [fileURLToPath(new URL("./embedder.ts", import.meta.url))]);
	const [printed] = await once(child.stdout, "data");
	return { url: String(printed).trim(), stop: () => child.kill() };
}

export type Mode = "lexical" | "dense" | "hybrid";

const WEIGHTS = {
	lexical: { embedding_weight: 0, text_weight: 1 },
	dense: { embedding_weight: 1, text_weight: 0 },
	hybrid: { embedding_weight: 0.5, text_weight: 0.5 },
};

/** A search over HTTP: the ids of the chunks found. */
export async function search(client: OpenAI, storeId: string, query: string, mode: Mode, filters?: object) {
	const page = await client.vectorStores.search(storeId, {
		query,
		max_num_results: 10,
		ranking_options: { hybrid_search: WEIGHTS[mode] },
		...(filters && { filters }),
	} as OpenAI.VectorStoreSearchParams);
	return (page.data as unknown as { chunk_id: string }[]).map(({ chunk_id }) => Number(chunk_id.split("_")[2]));
}
