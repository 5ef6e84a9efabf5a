/**
 * Chunk strategies on a folder of documents and questions with known spans (`questions.jsonl`, `docs/`), through the
 * API: upload, search, and count characters. `node bench/chunking.ts [FOLDER]`, by default chroma_chunking.
 *
 * e: the gold spans, r: the first five chunks. recall |e∩r|/|e|, precision |e∩r|/|r| with overlaps counted twice in |r|,
 * IoU |e∩r|/(|e|+|r|-|e∩r|), as in Smith & Troynikov, "Evaluating Chunking Strategies for Retrieval" (2024). Beside it
 * the recall of what fits into 500 and 2,000 tokens, which is what a turn is paid by.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type OpenAI from "openai";
import { createService } from "../src/app.ts";
import type { ChunkingStrategy } from "../src/chunking-strategy.ts";
import { createClient } from "../src/cli/connect.ts";
import { loadConfig } from "../src/config.ts";
import { createLog } from "../src/log.ts";
import { countTokens } from "../src/models/tokens.ts";
import { printTable } from "./table.ts";

type Span = { file: string; start: number; end: number };
type Question = { question: string; evidence: { doc: string; text: string }[] };
type Hit = { filename: string; start: number; end: number; content: { text: string }[] };

const folder = resolve(process.argv[2] ?? "../shared/data/chroma_chunking");
const STRATEGIES: [name: string, strategy: ChunkingStrategy][] = [
	["auto", { type: "auto" }],
	["static 800/400", { type: "static", static: { max_chunk_size_tokens: 800, chunk_overlap_tokens: 400 } }],
	["static 400/0", { type: "static", static: { max_chunk_size_tokens: 400, chunk_overlap_tokens: 0 } }],
	["static 200/0", { type: "static", static: { max_chunk_size_tokens: 200, chunk_overlap_tokens: 0 } }],
	...[64, 96, 128, 160, 200, 256, 400].map((max_tokens): [string, ChunkingStrategy] => [
		`structure ${max_tokens}/0`,
		{ type: "structure", structure: { max_tokens, overlap_tokens: 0 } },
	]),
	["sentence 64/0", { type: "sentence", sentence: { max_tokens: 64, overlap_tokens: 0 } }],
	["sentence 128/0", { type: "sentence", sentence: { max_tokens: 128, overlap_tokens: 0 } }],
	["sentence 128/64", { type: "sentence", sentence: { max_tokens: 128, overlap_tokens: 64 } }],
];

const documents = Object.fromEntries(
	readdirSync(join(folder, "docs")).map((name) => [name, readFileSync(join(folder, "docs", name), "utf8")]),
);
const questions = readFileSync(join(folder, "questions.jsonl"), "utf8")
	.trim()
	.split("\n")
	.map((line) => JSON.parse(line) as Question);

const directory = mkdtempSync(join(tmpdir(), "excerpt-bench-"));
const config = loadConfig({ DATA_DIR: directory, DATABASE_URL: process.env.DATABASE_URL, LOG_LEVEL: "error" });
const service = await createService(config, createLog(config.LOG_LEVEL), { worker: true });
const client = createClient(config, "http://127.0.0.1", service.fetch);

const fileIds = await Promise.all(
	Object.entries(documents).map(
		async ([name, text]) => (await client.files.create({ file: new File([text], name), purpose: "assistants" })).id,
	),
);
const rows: string[][] = [];
for (const [name, strategy] of STRATEGIES) rows.push([name, ...(await measure(strategy))]);
console.log(
	`${questions.length} questions, ${Object.keys(documents).length} documents of ${folder.split("/").at(-1)}\n`,
);
printTable(["chunking", "tokens", "recall@5", "precision@5", "IoU@5", "recall in 500 tokens", "in 2,000"], rows);
await service.close();
rmSync(directory, { recursive: true, force: true });

async function measure(strategy: ChunkingStrategy): Promise<string[]> {
	const store = await client.vectorStores.create({});
	const batch = await client.vectorStores.fileBatches.createAndPoll(
		store.id,
		{ file_ids: fileIds, chunking_strategy: strategy as OpenAI.VectorStores.FileChunkingStrategyParam },
		{ pollIntervalMs: 50 },
	);
	if (batch.file_counts.completed !== fileIds.length) throw new Error("a document could not be ingested");
	const sums = { recall: 0, precision: 0, iou: 0, in500: 0, in2000: 0, tokens: 0, chunks: 0 };
	for (const { question, evidence } of questions) {
		const gold = evidence.map(({ doc, text }) => spanOf(doc, text));
		const page = await client.vectorStores.search(store.id, { query: question, max_num_results: 50 });
		const hits = page.data as unknown as Hit[];
		const first = hits.slice(0, 5);
		const covered = coveredBy(gold, first);
		const total = gold.reduce((sum, { start, end }) => sum + end - start, 0);
		const retrieved = first.reduce((sum, { start, end }) => sum + end - start, 0);
		sums.recall += covered / total;
		sums.precision += retrieved > 0 ? covered / retrieved : 0;
		sums.iou += covered / (total + retrieved - covered);
		sums.in500 += coveredBy(gold, withinTokens(hits, 500)) / total;
		sums.in2000 += coveredBy(gold, withinTokens(hits, 2000)) / total;
		for (const hit of first) sums.tokens += countTokens(hit.content[0]?.text ?? "");
		sums.chunks += first.length;
	}
	const share = (sum: number) => `${((100 * sum) / questions.length).toFixed(1)} %`;
	return [
		(sums.tokens / sums.chunks).toFixed(0),
		share(sums.recall),
		share(sums.precision),
		share(sums.iou),
		share(sums.in500),
		share(sums.in2000),
	];
}

/** Offsets of the sets are code points; the text itself says where it is in ours. */
function spanOf(file: string, text: string): Span {
	const start = documents[file]?.indexOf(text) ?? -1;
	if (start === -1) throw new Error(`a gold span is not in ${file}`);
	return { file, start, end: start + text.length };
}

/** Characters of the gold spans that the chunks hold, each counted once. */
function coveredBy(gold: Span[], hits: Hit[]): number {
	let covered = 0;
	for (const { file, start, end } of gold) {
		const inside = hits
			.filter((hit) => hit.filename === file && hit.start < end && hit.end > start)
			.map((hit) => ({ start: Math.max(hit.start, start), end: Math.min(hit.end, end) }))
			.toSorted((a, b) => a.start - b.start);
		let place = start;
		for (const span of inside) {
			covered += Math.max(0, span.end - Math.max(place, span.start));
			place = Math.max(place, span.end);
		}
	}
	return covered;
}

function withinTokens(hits: Hit[], budget: number): Hit[] {
	let tokens = 0;
	const fitting: Hit[] = [];
	for (const hit of hits) {
		tokens += countTokens(hit.content[0]?.text ?? "");
		if (tokens > budget) break;
		fitting.push(hit);
	}
	return fitting;
}
