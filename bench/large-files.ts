/**
 * Files larger than memory should be: `node bench/large-files.ts [FOLDER] [CSV_MB] [JSON_MB]` (../shared/data, 500 and 300).
 * A CSV of the folder's known_exploited_vulnerabilities.csv, its rows repeated, and one JSON array of its
 * legislators-current.json, each with a running number, are uploaded to a server of their own and ingested; on Postgres
 * where TEST_DATABASE_URL names one, else embedded. Prints the peak of the server's resident memory and of its parsers.
 */
import { createReadStream, createWriteStream, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import OpenAI from "openai";
import Papa from "papaparse";
import { withDatabase } from "./ingest/contenders.ts";
import { watchMemory } from "./memory.ts";
import { startServer } from "./server.ts";
import { printTable } from "./table.ts";

const POLL_MS = 500;
const [folder = "../shared/data", csvMb = "500", jsonMb = "300"] = process.argv.slice(2);
const scratch = mkdtempSync(join(tmpdir(), "excerpt-bench-"));
const rows: string[][] = [];
try {
	const files = [
		await generate("table.csv", Number(csvMb), csvLines()),
		await generate("array.json", Number(jsonMb), jsonLines()),
	];
	const url = process.env.TEST_DATABASE_URL;
	for (const file of files)
		rows.push(await (url ? withDatabase(url, (database) => measure(file, database)) : measure(file, "")));
	printTable(
		["file", "MB", "engine", "seconds", "MB/s", "server MB at start", "server's peak MB", "parser's peak MB"],
		rows,
	);
} finally {
	rmSync(scratch, { recursive: true });
}

async function measure(path: string, databaseUrl: string): Promise<string[]> {
	const directory = mkdtempSync(join(scratch, "data-"));
	const settings = { DATA_DIR: directory, DATABASE_URL: databaseUrl, PORT: "0", MAX_FILE_BYTES: "2000000000" };
	// Making PGlite's database takes more memory than anything after, once in its life; it is measured as it is from then on.
	await (await startServer(settings)).stop();
	const server = await startServer(settings);
	try {
		const client = new OpenAI({ baseURL: `${server.url}/v1`, apiKey: "none", timeout: 30 * 60 * 1000 });
		const store = await client.vectorStores.create({});
		const memory = watchMemory(server.pid);
		const atStart = memory.take().process;
		memory.take();
		const started = performance.now();
		const file = await client.files.create({ file: createReadStream(path), purpose: "assistants" });
		let attached = await client.vectorStores.files.create(store.id, { file_id: file.id });
		while (attached.status === "in_progress") {
			await new Promise((resolve) => setTimeout(resolve, POLL_MS));
			attached = await client.vectorStores.files.retrieve(file.id, { vector_store_id: store.id });
			if (process.env.VERBOSE) console.error(JSON.stringify((attached as unknown as { progress: unknown }).progress));
		}
		const seconds = (performance.now() - started) / 1000;
		if (attached.status !== "completed") throw new Error(`${basename(path)}: ${attached.last_error?.message}`);
		const peak = memory.take();
		memory.stop();
		const megabytes = statSync(path).size / 1e6;
		return [
			basename(path),
			megabytes.toFixed(0),
			databaseUrl ? "Postgres" : "PGlite",
			seconds.toFixed(0),
			(megabytes / seconds).toFixed(1),
			atStart.toFixed(0),
			peak.process.toFixed(0),
			peak.children.toFixed(0),
		];
	} finally {
		await server.stop();
		rmSync(directory, { recursive: true });
	}
}

async function generate(name: string, megabytes: number, lines: Generator<string>): Promise<string> {
	const path = join(scratch, name);
	let bytes = 0;
	const limited = function* () {
		for (const line of lines) {
			yield line;
			bytes += line.length;
			if (bytes > megabytes * 1e6) break;
		}
		if (name.endsWith(".json")) yield '{"id": "last"}]\n';
	};
	await pipeline(Readable.from(limited()), createWriteStream(path));
	return path;
}

function* csvLines(): Generator<string> {
	const text = readFileSync(join(folder, "open_data/docs/known_exploited_vulnerabilities.csv"), "utf8");
	const [head = [], ...records] = Papa.parse<string[]>(text.trim()).data;
	yield `${["id", ...head].join(",")}\n`;
	for (let copy = 1; ; copy++) {
		yield `${records.map((record, place) => Papa.unparse([[`${copy}-${place}`, ...record]])).join("\n")}\n`;
	}
}

function* jsonLines(): Generator<string> {
	const records = JSON.parse(readFileSync(join(folder, "open_data/docs/legislators-current.json"), "utf8")) as object[];
	yield "[";
	for (let copy = 1; ; copy++) {
		yield records.map((record, place) => `${JSON.stringify({ id: `${copy}-${place}`, ...record })},\n`).join("");
	}
}
