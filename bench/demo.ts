/**
 * Cold start, ingest rate and question latency on fixtures/demo, for the embedded database and, where
 * TEST_DATABASE_URL names a server, for Postgres too, in one run. `npm run bench`.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type OpenAI from "openai";
import pg from "pg";
import { createService } from "../src/app.ts";
import { createClient } from "../src/cli/connect.ts";
import { describeFiles } from "../src/cli/local-files.ts";
import { ingestFiles } from "../src/cli/upload.ts";
import { loadConfig } from "../src/config.ts";
import { createLog } from "../src/log.ts";
import { printTable, quantile } from "./table.ts";

const DOCUMENTS = fileURLToPath(new URL("../fixtures/demo/", import.meta.url));
const QUESTIONS = readFileSync(new URL("../fixtures/demo.questions.jsonl", import.meta.url), "utf8")
	.trim()
	.split("\n")
	.map((line) => (JSON.parse(line) as { question: string }).question);
const ROUNDS = 5;
const DATABASE = "excerpt_bench_demo";

const bytes = readdirSync(DOCUMENTS).reduce((sum, name) => sum + statSync(join(DOCUMENTS, name)).size, 0);
const rows: string[][] = [await measure("PGlite", "")];
const serverUrl = process.env.TEST_DATABASE_URL;
if (serverUrl) {
	await onServer(serverUrl, `DROP DATABASE IF EXISTS ${DATABASE} WITH (FORCE)`, `CREATE DATABASE ${DATABASE}`);
	rows.push(await measure("Postgres", Object.assign(new URL(serverUrl), { pathname: `/${DATABASE}` }).href));
	await onServer(serverUrl, `DROP DATABASE ${DATABASE} WITH (FORCE)`);
}
console.log(
	`${QUESTIONS.length} questions x ${ROUNDS}, ${(bytes / 1e6).toFixed(1)} MB in 5 files, ${cpus().length} cores, Node ${process.version}\n`,
);
printTable(
	["engine", "first start", "second start", "ingest", "search p50", "search p95", "answer p50", "answer p95", "memory"],
	rows,
);

async function measure(engine: string, databaseUrl: string): Promise<string[]> {
	const directory = mkdtempSync(join(tmpdir(), "excerpt-bench-"));
	const config = loadConfig({ DATA_DIR: directory, DATABASE_URL: databaseUrl, LOG_LEVEL: "error" });
	const open = () => createService(config, createLog(config.LOG_LEVEL), { worker: true });
	const [firstStart, first] = await timed(open);
	await first.close();
	const [secondStart, service] = await timed(open);
	const client = createClient(config, "http://127.0.0.1", service.fetch);
	const store = await client.vectorStores.create({ name: "bench" });
	const [ingest] = await timed(async () => ingestFiles(client, store.id, await describeFiles([DOCUMENTS])));
	const searches = await askAll((question) => client.vectorStores.search(store.id, { query: question }));
	const answers = await askAll((question) => answer(client, store.id, question));
	const memory = process.memoryUsage().rss;
	await service.close();
	rmSync(directory, { recursive: true, force: true });
	return [
		engine,
		`${(firstStart / 1000).toFixed(1)} s`,
		`${(secondStart / 1000).toFixed(1)} s`,
		`${(ingest / 1000).toFixed(1)} s`,
		...[searches, answers].flatMap((times) => [0.5, 0.95].map((share) => `${quantile(times, share).toFixed(0)} ms`)),
		`${(memory / 1e6).toFixed(0)} MB`,
	];
}

function answer(client: OpenAI, storeId: string, question: string) {
	return client.responses.create({
		model: "default",
		input: question,
		tools: [{ type: "file_search", vector_store_ids: [storeId] }],
	});
}

async function askAll(ask: (question: string) => PromiseLike<unknown>): Promise<number[]> {
	const times: number[] = [];
	for (let round = 0; round < ROUNDS; round++) {
		for (const question of QUESTIONS) times.push((await timed(() => ask(question)))[0]);
	}
	return times;
}

async function timed<T>(work: () => PromiseLike<T>): Promise<[milliseconds: number, result: T]> {
	const start = performance.now();
	const result = await work();
	return [performance.now() - start, result];
}

async function onServer(url: string, ...statements: string[]): Promise<void> {
	const client = new pg.Client({ connectionString: url });
	await client.connect();
	for (const statement of statements) await client.query(statement);
	await client.end();
}
