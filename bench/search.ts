/**
 * Search at scale, over HTTP: `npm run bench:search`. On the Postgres of TEST_DATABASE_URL: 200 stores in one database, one
 * with so many chunks as SIZES says, and LangChain.js' PGVectorStore on the same rows; then embedded, with PGLITE_CHUNKS.
 *
 *   SIZES=10000,50000,200000   chunks of the stores that are measured one after another; 1000000 takes an hour
 *   PGLITE_CHUNKS=20000        0 leaves the embedded database out
 *   DATA=../shared/data        where nq_oracle is, whose passages are multiplied (bench/search/corpus.ts)
 */
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { withDatabase } from "./ingest/contenders.ts";
import { watchMemory } from "./memory.ts";
import { type LoadFile, multiplied } from "./search/corpus.ts";
import { embed } from "./search/embedder.ts";
import { type Mode, type Running, search, startEmbedded, startOnPostgres } from "./search/excerpt.ts";
import { fill, GROUPS, indexFacts, untilSettled } from "./search/load.ts";
import { type Latency, latency, recall, SECONDS, spread, throughput } from "./search/measure.ts";
import { printTable, quantile } from "./table.ts";

const data = process.env.DATA ?? "../shared/data";
const sizes = (process.env.SIZES ?? "10000,50000,200000").split(",").map(Number);
const pgliteChunks = Number(process.env.PGLITE_CHUNKS ?? 20_000);
const serverUrl = process.env.TEST_DATABASE_URL;

const STORES = 200;
const QUESTIONS = 250;
const WARM_UP = 50;
const CLIENTS = 8;
/** The exact ten are found by looking at all vectors, which takes its time. */
const RECALL_QUESTIONS = 100;

const HEAD = ["engine", "chunks", "search", "p50 ms", "p95 ms", `searches/s, ${CLIENTS} clients`, "recall@10"];
const GROWTH_HEAD =
	"chunks,ingest s,then until settled s,vector index,server's peak MB,chunks MB,terms MB,vectors MB,HNSW MB".split(",");
type Store = { id: string; questions: string[] };
const ms = (value: number) => value.toFixed(1);
const directory = mkdtempSync(join(tmpdir(), "excerpt-bench-"));
const files = multiplied(data);

console.log(`${cpus().length} cores, Node ${process.version}\n`);
if (serverUrl) await withDatabase(serverUrl, measurePostgres);
if (pgliteChunks > 0) await measureEmbedded();
rmSync(directory, { recursive: true, force: true });

async function measurePostgres(databaseUrl: string): Promise<void> {
	const running = await startOnPostgres(databaseUrl, directory);
	const rows: string[][] = [];
	const growth: string[][] = [];
	let store: Store = { id: "", questions: [] };
	for (const size of sizes) {
		store = await makeStore(running, size, growth);
		if (size === sizes.at(-1)) for (let n = sizes.length; n < STORES; n++) await makeSmallStore(running);
		rows.push(...(await measureStore(running, "Postgres", store)));
	}
	rows.push(await measureLangChain(running, databaseUrl, store));
	const shown = await running.db.query<{ shared_buffers: string }>("SHOW shared_buffers");
	console.log(
		`Postgres, shared_buffers ${shown.rows[0]?.shared_buffers}, ${STORES} stores when the largest is measured\n`,
	);
	printTable(HEAD, rows);
	console.log("\nHow a store of that size came about, and what all of them take together:\n");
	printTable(GROWTH_HEAD, growth);
	await running.stop();
}

async function measureEmbedded(): Promise<void> {
	const running = await startEmbedded(join(directory, "embedded"));
	const growth: string[][] = [];
	const store = await makeStore(running, pgliteChunks, growth);
	const rows = await measureStore(running, "PGlite", store);
	console.log("\nEmbedded, client and server in one process\n");
	printTable(HEAD, rows);
	console.log();
	printTable(GROWTH_HEAD, growth);
	await running.stop();
}

async function makeStore({ client, db, pid }: Running, size: number, growth: string[][]): Promise<Store> {
	const { id } = await client.vectorStores.create({ name: `${size} chunks` });
	const memory = watchMemory(pid);
	const started = performance.now();
	const questions = await fill(client, id, files, size, async () => (await indexFacts(db, id)).chunk_count);
	const ingested = performance.now();
	await untilSettled(db, (await indexFacts(db, id)).id);
	const index = await indexFacts(db, id);
	const settled = performance.now();
	await db.query("ANALYZE");
	const peak = memory.take().process;
	memory.stop();
	const { rows } = await db.query<Record<"chunks" | "terms" | "vectors" | "hnsw", number>>(
		`SELECT (pg_total_relation_size('chunks') / 1e6)::int AS chunks, (pg_total_relation_size('chunk_terms') / 1e6)::int AS terms,
			((pg_table_size('chunk_vectors') + pg_total_relation_size('chunk_codes')) / 1e6)::int AS vectors,
			(coalesce(pg_relation_size(to_regclass('chunk_vectors_hnsw_' || $1::text)), 0) / 1e6)::int AS hnsw`,
		[index.id],
	);
	const held = rows[0] as Record<"chunks" | "terms" | "vectors" | "hnsw", number>;
	const seconds = [ingested - started, settled - ingested].map((time) => (time / 1000).toFixed(0));
	const megabytes = [peak, held.chunks, held.terms, held.vectors, held.hnsw].map((value) => value.toFixed(0));
	growth.push([String(index.chunk_count), ...seconds, index.vector_index ?? "none", ...megabytes]);
	return { id, questions };
}

async function makeSmallStore({ client }: Running): Promise<void> {
	const { name, text } = files.next().value as LoadFile;
	const store = await client.vectorStores.create({ name });
	const file = await client.files.create({ file: new File([text.slice(0, 6_000)], name), purpose: "assistants" });
	await client.vectorStores.files.createAndPoll(store.id, { file_id: file.id }, { pollIntervalMs: 20 });
}

async function measureStore(running: Running, engine: string, store: Store): Promise<string[][]> {
	const { client, db } = running;
	const asked = spread(store.questions, QUESTIONS);
	const chunks = String((await indexFacts(db, store.id)).chunk_count);
	const rows: string[][] = [];
	const row = (what: string, { p50, p95 }: Latency, perSecond = "", found = "") => {
		const cells = [engine, chunks, what, ms(p50), ms(p95), perSecond, found];
		rows.push(cells);
		// The tables come at the end, which may be an hour away.
		console.error(cells.join("  "));
	};
	const timed = (mode: Mode, filters?: object) =>
		latency(asked, WARM_UP, (question) => search(client, store.id, question, mode, filters));

	row("lexical", await timed("lexical"));
	row("dense", await timed("dense"), "", (await recallOfDense(running, store.id, asked)).toFixed(3));
	const hybrid = await timed("hybrid");
	const perSecond = await throughput(asked, CLIENTS, (question) => search(client, store.id, question, "hybrid"));
	row("hybrid", hybrid, perSecond.toFixed(0));
	row(`hybrid, of 1 file in ${GROUPS}`, await timed("hybrid", { type: "eq", key: "group", value: 3 }));
	return rows;
}

/** Of the ten nearest by comparing all vectors, how many a dense search finds. */
async function recallOfDense({ client, db }: Running, storeId: string, asked: string[]): Promise<number> {
	const { id } = await indexFacts(db, storeId);
	const truth: number[][] = [];
	const found: number[][] = [];
	for (const question of asked.slice(0, RECALL_QUESTIONS)) {
		// Plus nothing: what is no column's order cannot be had from an index.
		const { rows } = await db.query<{ id: number }>(
			`SELECT id FROM chunk_vectors WHERE index_id = $1 ORDER BY (embedding <=> $2::halfvec) + 0 LIMIT 10`,
			[id, `[${embed(question).join(",")}]`],
		);
		truth.push(rows.map((row) => row.id));
		found.push(await search(client, storeId, question, "dense"));
	}
	return recall(found, truth);
}

/** The same rows in LangChain.js' table, with an HNSW index of its own: dense search alone, which is what it does. */
async function measureLangChain({ embeddingUrl, db }: Running, databaseUrl: string, store: Store): Promise<string[]> {
	const index = await indexFacts(db, store.id);
	await db.query("SET maintenance_work_mem = '2GB'");
	await db.query(
		"CREATE TABLE langchain (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), text text, metadata jsonb, embedding vector(512))",
	);
	await db.query(
		`INSERT INTO langchain (text, metadata, embedding)
		 SELECT c.text, jsonb_build_object('id', c.id), v.embedding::vector
		 FROM chunks c JOIN chunk_vectors v USING (index_id, id) WHERE c.index_id = $1`,
		[index.id],
	);
	await db.query("CREATE INDEX ON langchain USING hnsw (embedding vector_cosine_ops)");
	await db.query("ANALYZE langchain");
	const asked = spread(store.questions, QUESTIONS);
	const path = join(directory, "questions.json");
	writeFileSync(path, JSON.stringify(asked));
	const program = new URL("./search/langchain.mjs", import.meta.url).pathname;
	const { stdout } = await promisify(execFile)(process.execPath, [
		program,
		databaseUrl,
		embeddingUrl,
		path,
		String(CLIENTS),
		String(SECONDS),
	]);
	const printed = JSON.parse(stdout.trim().split("\n").at(-1) ?? "") as {
		times: number[];
		found: number[][];
		perSecond: number;
	};
	const measured = asked.slice(-printed.found.length);
	const truth: number[][] = [];
	for (const question of measured.slice(0, RECALL_QUESTIONS)) {
		const { rows } = await db.query<{ id: number }>(
			"SELECT (metadata ->> 'id')::int AS id FROM langchain ORDER BY (embedding <=> $1::vector) + 0 LIMIT 10",
			[`[${embed(question).join(",")}]`],
		);
		truth.push(rows.map((row) => row.id));
	}
	const times = [quantile(printed.times, 0.5), quantile(printed.times, 0.95)].map(ms);
	const share = recall(printed.found, truth).toFixed(3);
	return ["Postgres", String(index.chunk_count), "LangChain.js, dense", ...times, printed.perSecond.toFixed(0), share];
}
