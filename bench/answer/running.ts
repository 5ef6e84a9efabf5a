import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { fileURLToPath } from "node:url";
import OpenAI from "openai";
import pg from "pg";
import type { Handle } from "../../src/db/handle.ts";
import { columnTypes } from "../../src/db/types.ts";
import { startServer } from "../server.ts";
import type { Stamp } from "./upstream.ts";

/** Excerpt on Postgres in a process of its own, and the stub that answers it in another. */
export type Running = {
	url: string;
	client: OpenAI;
	db: Handle;
	/** Where the server's inspector listens: see server-memory.ts. */
	inspectorPort: number;
	/** What the stub has noted since the last call, by the order's id. */
	takeStamps(): Promise<Record<string, Stamp>>;
	stop(): Promise<void>;
};

export async function start(databaseUrl: string, dataDirectory: string, embeds: boolean): Promise<Running> {
	const upstream = spawn(process.execPath, [fileURLToPath(new URL("./upstream.ts", import.meta.url))], {
		stdio: ["ignore", "pipe", "inherit"],
	});
	const [printed] = await once(upstream.stdout, "data");
	const upstreamUrl = String(printed).trim();
	const inspectorPort = await freePort();
	const server = await startServer({
		DATABASE_URL: databaseUrl,
		DATA_DIR: dataDirectory,
		PORT: "0",
		OCR: "off",
		OPENAI_BASE_URL: upstreamUrl,
		OPENAI_API_KEY: "none",
		...(embeds && { EMBEDDING_MODEL: "stub" }),
		NODE_OPTIONS: `--inspect=127.0.0.1:${inspectorPort}`,
	});
	const db = new pg.Client({ connectionString: databaseUrl, types: columnTypes });
	await db.connect();
	return {
		url: server.url,
		client: new OpenAI({ baseURL: `${server.url}/v1`, apiKey: "none" }),
		db,
		inspectorPort,
		takeStamps: async () => (await fetch(`${upstreamUrl}/stamps`)).json() as Promise<Record<string, Stamp>>,
		async stop() {
			await db.end();
			await server.stop();
			upstream.kill();
		},
	};
}

async function freePort(): Promise<number> {
	const server = createServer().listen(0, "127.0.0.1");
	await once(server, "listening");
	const { port } = server.address() as { port: number };
	server.close();
	await once(server, "close");
	return port;
}
