import { execFile, fork } from "node:child_process";
import { once } from "node:events";
import { createReadStream, mkdtempSync, rmSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import OpenAI from "openai";
import pg from "pg";
import { watchMemory } from "../memory.ts";
import { startServer } from "../server.ts";
import type { FileSet } from "./file-sets.ts";

export type Measured = { seconds: number; pages: number; chunks: number; ownMb: number; parserMb: number };

const program = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** Parsers alone, one process a core, which keep nothing of what they read. */
export async function measureRawParser(set: FileSet): Promise<Measured> {
	const lanes = cpus().map(() => fork(program("./raw-parser.ts")));
	const parse = async (lane: (typeof lanes)[number], path: string) => {
		lane.send(path);
		const [result] = (await once(lane, "message")) as [{ pages: number }];
		return result.pages;
	};
	await Promise.all(
		lanes.map(async (lane) => {
			for (const path of set.warmUp) await parse(lane, path);
		}),
	);
	const waiting = [...set.files];
	let pages = 0;
	const started = performance.now();
	await Promise.all(
		lanes.map(async (lane) => {
			for (let path = waiting.shift(); path; path = waiting.shift()) {
				const read = await parse(lane, path);
				pages += read;
			}
			lane.disconnect();
		}),
	);
	const seconds = (performance.now() - started) / 1000;
	return { seconds, pages, chunks: Number.NaN, ownMb: Number.NaN, parserMb: Number.NaN };
}

/** The service as a user runs it: its own process, files uploaded over HTTP, until every one can be asked. */
export async function measureExcerpt(
	set: FileSet,
	databaseUrl: string,
	embeddingUrl: string | null,
): Promise<Measured> {
	const directory = mkdtempSync(join(tmpdir(), "excerpt-bench-"));
	const server = await startServer({
		DATA_DIR: directory,
		DATABASE_URL: databaseUrl,
		PORT: "0",
		OCR: "off",
		WORKER_CONCURRENCY: String(cpus().length),
		...(embeddingUrl && { OPENAI_BASE_URL: embeddingUrl, OPENAI_API_KEY: "none", EMBEDDING_MODEL: "stub" }),
	});
	try {
		const client = new OpenAI({ baseURL: `${server.url}/v1`, apiKey: "none" });
		const store = await client.vectorStores.create({});
		const ingest = async (paths: string[]) => {
			const uploads = paths.map((path) => client.files.create({ file: createReadStream(path), purpose: "assistants" }));
			const file_ids = (await Promise.all(uploads)).map(({ id }) => id);
			const batch = await client.vectorStores.fileBatches.createAndPoll(store.id, { file_ids }, { pollIntervalMs: 50 });
			if (batch.file_counts.completed < paths.length) throw new Error(`${batch.file_counts.failed} files failed`);
		};
		await ingest(cpus().flatMap(() => set.warmUp));
		const before = await counts(databaseUrl);
		const memory = watchMemory(server.pid);
		memory.take();
		const started = performance.now();
		await ingest(set.files);
		const seconds = (performance.now() - started) / 1000;
		const peak = memory.take();
		memory.stop();
		const after = await counts(databaseUrl);
		return {
			seconds,
			pages: after.pages - before.pages,
			chunks: after.chunks - before.chunks,
			ownMb: peak.process,
			parserMb: peak.children,
		};
	} finally {
		await server.stop();
		rmSync(directory, { recursive: true, force: true });
	}
}

export async function measureLangChain(set: FileSet, databaseUrl: string, embeddingUrl: string): Promise<Measured> {
	const child = execFile(process.execPath, [
		program("../langchain.mjs"),
		databaseUrl,
		embeddingUrl,
		set.warmUp.join(","),
		...set.files,
	]);
	const output = Promise.all(
		[child.stdout, child.stderr].map(async (stream) => (await stream?.toArray())?.join("") ?? ""),
	);
	const memory = watchMemory(child.pid as number);
	const [code] = await once(child, "exit");
	memory.stop();
	const peak = memory.seen();
	const [printed = "", errors = ""] = await output;
	if (code !== 0) throw new Error(errors);
	return { ...JSON.parse(printed.trim().split("\n").at(-1) ?? ""), ownMb: peak.process, parserMb: Number.NaN };
}

/** Calls with the URL of an empty database on that server, which is dropped afterwards. */
export async function withDatabase<T>(serverUrl: string, use: (url: string) => Promise<T>): Promise<T> {
	const name = "excerpt_bench_ingest";
	const drop = `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`;
	await query(serverUrl, drop);
	await query(serverUrl, `CREATE DATABASE ${name}`);
	try {
		return await use(Object.assign(new URL(serverUrl), { pathname: `/${name}` }).href);
	} finally {
		await query(serverUrl, drop);
	}
}

async function counts(databaseUrl: string): Promise<{ pages: number; chunks: number }> {
	const [row] = await query(
		databaseUrl,
		`SELECT (SELECT coalesce(sum((facts->>'pages')::int), 0)::int FROM documents) AS pages,
			(SELECT count(*)::int FROM chunks) AS chunks`,
	);
	return row as { pages: number; chunks: number };
}

async function query(url: string, text: string): Promise<unknown[]> {
	const client = new pg.Client({ connectionString: url });
	await client.connect();
	try {
		return (await client.query(text)).rows;
	} finally {
		await client.end();
	}
}
