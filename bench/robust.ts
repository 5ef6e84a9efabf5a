/**
 * Files that are broken, hostile or at the edge of their format, through the API of a server in a process of its own:
 * `node bench/robust.ts [FOLDER]`, where the folder (../shared/data by default) holds some of pdf_robust, json_edge,
 * csv_edge, ocr and pdf_extract. Every file must end, completed or failed with a message that a reader of what is printed
 * can judge; what a set's names and manifests say of a file must hold; the server must go on answering.
 *
 * Parsers get 256 MB and 120 s, unless PARSE_MEMORY_MB and PARSE_TIMEOUT_SECONDS say otherwise. Exits with 1 where a
 * verdict is broken, a file does not end or the server dies.
 */
import { createReadStream, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join, relative, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import OpenAI from "openai";
import type { VectorStoreFile } from "openai/resources/vector-stores/files";
import { watchMemory } from "./memory.ts";
import { type Sample, type SampleSet, setsOf } from "./robust/sets.ts";
import { startServer } from "./server.ts";
import { printTable } from "./table.ts";

type Ended = { sample: Sample; file: VectorStoreFile; problem: string | undefined };
type Row = Record<"set" | "files" | "completed" | "failed" | "wrong" | "longest" | "server" | "parser", string>;

const folder = resolve(process.argv[2] ?? "../shared/data");
const sets = setsOf(folder);
if (sets.length === 0) throw new Error(`${folder} holds none of the sets`);
const { PARSE_MEMORY_MB = "256", PARSE_TIMEOUT_SECONDS = "120" } = process.env;
/** No file may take longer: it may be tried three times. */
const PATIENCE_MS = (3 * Number(PARSE_TIMEOUT_SECONDS) + 60) * 1000;

const directory = mkdtempSync(join(tmpdir(), "excerpt-robust-"));
const settings = { PARSE_MEMORY_MB, PARSE_TIMEOUT_SECONDS, DATA_DIR: directory, PORT: "0", LOG_LEVEL: "info" };
const server = await startServer({ ...process.env, ...settings });
const memory = watchMemory(server.pid);
const client = new OpenAI({ baseURL: `${server.url}/v1`, apiKey: process.env.API_KEY || "none", maxRetries: 0 });
const rows: Row[] = [];
try {
	const started = memory.take().process;
	console.log(`The start of the server took ${started.toFixed(0)} MB.`);
	for (const set of sets) rows.push(await run(set));
} finally {
	memory.stop();
	await server.stop();
	rmSync(directory, { recursive: true, force: true });
}
console.log(`\nParsers limited to ${PARSE_MEMORY_MB} MB and ${PARSE_TIMEOUT_SECONDS} s, Node ${process.version}\n`);
printTable(
	["set", "files", "completed", "failed", "wrong", "longest file", "server's peak", "a parser's peak"],
	rows.map((row) => Object.values(row)),
);
if (rows.some(({ wrong }) => wrong !== "0")) process.exitCode = 1;

async function run({ name, samples }: SampleSet): Promise<Row> {
	const byId = new Map<string, Sample>();
	for (const sample of samples) {
		const file = await client.files.create({ file: createReadStream(sample.path), purpose: "assistants" });
		byId.set(file.id, sample);
	}
	const store = await client.vectorStores.create({ name });
	const { id } = await client.vectorStores.fileBatches.create(store.id, { file_ids: [...byId.keys()] });
	await untilEnded(store.id, id);
	const ended: Ended[] = [];
	for await (const file of client.vectorStores.fileBatches.listFiles(id, { vector_store_id: store.id, limit: 100 })) {
		const sample = byId.get(file.id);
		if (sample) ended.push({ sample, file, problem: await problemOf(sample, file) });
	}
	await checkHealth(store.id);
	report(name, ended);
	const took = (status: string) => ended.filter(({ file }) => file.status === status).length;
	const peaks = memory.take();
	const seconds = ({ file }: Ended) => server.seconds.get(file.id) ?? 0;
	const longest = ended.toSorted((a, b) => seconds(b) - seconds(a))[0];
	return {
		set: name,
		files: String(samples.length),
		completed: String(took("completed")),
		failed: String(took("failed")),
		wrong: String(ended.filter(({ problem }) => problem).length + samples.length - ended.length),
		longest: longest ? `${seconds(longest).toFixed(1)} s (${basename(longest.sample.path)})` : "",
		server: `${peaks.process.toFixed(0)} MB`,
		parser: `${peaks.children.toFixed(0)} MB`,
	};
}

/** Waits until no file is in progress, or none has ended for as long as one may take. */
async function untilEnded(storeId: string, batchId: string): Promise<void> {
	let left = Number.POSITIVE_INFINITY;
	for (let since = performance.now(); left > 0 && performance.now() - since < PATIENCE_MS; ) {
		const died = server.died();
		if (died) throw new Error(`the server died: ${died}`);
		const { file_counts } = await client.vectorStores.fileBatches.retrieve(batchId, { vector_store_id: storeId });
		if (file_counts.in_progress < left) since = performance.now();
		left = file_counts.in_progress;
		if (left > 0) await sleep(250);
	}
}

/** What is wrong with how a file ended. */
async function problemOf({ verdict, saying, values }: Sample, file: VectorStoreFile): Promise<string | undefined> {
	const message = file.last_error?.message;
	if (file.status === "in_progress" || file.status === "cancelled") return `is ${file.status}`;
	if (file.status === "failed" && !message) return "failed without a message";
	if (file.last_error?.code === "server_error") return "failed by our own fault";
	if (file.status === "failed" && verdict === "read") return "failed, but must be read";
	if (file.status === "completed" && verdict === "refused") return "was read, but must be refused";
	if (file.status === "failed") return saying?.test(message ?? "") === false ? `does not say ${saying}` : undefined;
	const missing = values ? await missingFrom(file.id, values) : [];
	return missing.length > 0 ? `lacks ${JSON.stringify(missing)}` : undefined;
}

/** The values that none of the file's chunks hold; a value's line breaks and outer spaces are not kept. */
async function missingFrom(fileId: string, values: string[]): Promise<string[]> {
	const body = { limit: 1000 };
	const preview = await client.post<{ data: { text: string }[] }>(`/files/${fileId}/chunk_preview`, { body });
	const text = preview.data.map((chunk) => chunk.text).join("\n");
	return values.filter((value) => !text.includes(value.replace(/\s*\n\s*/g, " ").trim()));
}

async function checkHealth(storeId: string): Promise<void> {
	const health = await fetch(`${server.url}/health`);
	if (!health.ok) throw new Error(`the server is not well: ${health.status} ${await health.text()}`);
	await client.vectorStores.search(storeId, { query: "text" });
}

/** What is wrong, and the failures by what was said of them, without the files' names and the places in them. */
function report(name: string, ended: Ended[]): void {
	console.log(`\n${name}`);
	for (const { sample, file, problem } of ended) {
		if (problem) console.log(`  WRONG ${relative(folder, sample.path)} ${problem}: ${file.last_error?.message ?? ""}`);
	}
	const failed = ended.filter(({ file }) => file.status === "failed");
	const said = ({ sample, file: { last_error: error } }: Ended) => {
		const message = error?.message.replace(basename(sample.path), "…").replace(/(line|column) \d+/g, "$1 N");
		return `${error?.code}: ${message}`;
	};
	for (const [message, files] of [...Map.groupBy(failed, said)].toSorted(([, a], [, b]) => b.length - a.length)) {
		const names = files.map(({ sample }) => basename(sample.path));
		console.log(`  ${files.length} x ${message}\n      ${names.join(", ").slice(0, 300)}`);
	}
}
