/**
 * Where the time of an ingestion goes: `node bench/stages.ts FILE…` takes each file through the stages one after another,
 * in this process, without vectors, on the Postgres of TEST_DATABASE_URL or embedded. The second of two rounds, after the
 * code is compiled and the words of the first are known to nobody: each round has an index of its own.
 */
import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { assemble } from "../ingest/assemble.ts";
import { chunk } from "../ingest/chunk/registry.ts";
import { blocksOf } from "../ingest/chunk/text-block.ts";
import { parse } from "../ingest/parse/parse.ts";
import { type PreparedChunk, prepareChunks } from "../ingest/prepare.ts";
import { writeBatch } from "../ingest/write.ts";
import { loadConfig } from "../src/config.ts";
import type { Database } from "../src/db/database.ts";
import { openDatabase } from "../src/db/open.ts";
import { insertIndex } from "../src/store/indexes.ts";
import type { Piece } from "../src/types.ts";
import { withDatabase } from "./ingest/contenders.ts";
import { printTable } from "./table.ts";

const WRITE_BATCH = 1000;
const directory = mkdtempSync(join(tmpdir(), "excerpt-bench-"));
const rows: string[][] = [];
const serverUrl = process.env.TEST_DATABASE_URL;
if (serverUrl) await withDatabase(serverUrl, measureAll);
else await measureAll("");
rmSync(directory, { recursive: true });
printTable(["file", "stage", "seconds", "MB/s of the file", "of all"], rows);

async function measureAll(databaseUrl: string): Promise<void> {
	const db = await openDatabase(loadConfig({ DATABASE_URL: databaseUrl, DATA_DIR: directory }));
	for (const path of process.argv.slice(2)) {
		await measure(db, path);
		const stages = await measure(db, path);
		const all = stages.reduce((sum, { seconds }) => sum + seconds, 0);
		for (const { name, seconds } of stages) {
			const rate = statSync(path).size / 1e6 / seconds;
			rows.push([basename(path), name, seconds.toFixed(2), rate.toFixed(1), `${((100 * seconds) / all).toFixed(0)} %`]);
		}
	}
	await db.close();
}

async function measure(db: Database, path: string): Promise<{ name: string; seconds: number }[]> {
	const filename = basename(path);
	const stages: { name: string; seconds: number }[] = [];
	const stage = async <T>(name: string, work: () => Promise<T>): Promise<T> => {
		const started = performance.now();
		const result = await work();
		stages.push({ name, seconds: (performance.now() - started) / 1000 });
		return result;
	};
	const batches: Piece[][] = await stage("parse", () =>
		Array.fromAsync(parse({ path, filename, bytes: statSync(path).size })),
	);
	const parts = await stage("assemble, count tokens", () =>
		Array.fromAsync(
			assemble(
				(async function* () {
					yield* batches;
					return { warnings: [] };
				})(),
			),
		),
	);
	const chunks = await stage("cut", () =>
		Array.fromAsync(chunk(blocksOf(each(parts)), { filename }, { type: "auto" })),
	);
	const prepared: PreparedChunk[] = await stage("analyse", async () => {
		const options = { language: "english", filename, vectors: null, concurrency: 1 };
		return (await Array.fromAsync(prepareChunks(db, each(chunks), options))).flat();
	});
	const index_id = await insertIndex(db, {
		public_id: randomUUID(),
		project_id: "default",
		vector_store_id: "bench",
		chunking_strategy: { type: "auto" },
		embedding_model: null,
	});
	await stage("write", async () => {
		for (let from = 0; from < prepared.length; from += WRITE_BATCH) {
			const place = { index_id, file_id: "bench", revision: 1 };
			await writeBatch(db, place, prepared.slice(from, from + WRITE_BATCH), from);
		}
	});
	return stages;
}

async function* each<T>(items: T[]): AsyncGenerator<T> {
	yield* items;
}
