import type { ChunkingStrategy } from "../../src/chunking-strategy.ts";
import { countTokens } from "../../src/models/tokens.ts";
import type { Bench } from "./bench-service.ts";
import { mean, percent } from "./figures.ts";
import { search } from "./find.ts";
import { readDocuments, readQuestions } from "./read-set.ts";
import { coveredBy, lengthOf, spanOf, withinTokens } from "./spans.ts";
import { waysOf } from "./ways.ts";

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

export const STRATEGY_HEAD = [
	...["chunking", "search", "tokens", "recall@5", "precision@5", "IoU@5"],
	...["recall in 500 tokens", "in 2,000"],
];

/**
 * Chunk strategies on documents with known spans. e: the gold spans, r: the first five chunks. recall |e∩r|/|e|, precision
 * |e∩r|/|r| with overlaps counted twice in |r|, IoU |e∩r|/(|e|+|r|-|e∩r|), as in Smith & Troynikov, "Evaluating Chunking
 * Strategies for Retrieval" (2024). Beside it the recall of the chunks that fit into 500 and 2,000 tokens.
 */
export async function compareStrategies(bench: Bench, name: string, folder: string): Promise<string[][]> {
	const files = readDocuments(folder);
	const documents = new Map(files.map(({ doc, content }) => [doc, content.toString()]));
	const questions = readQuestions(folder, files);
	const rows: string[][] = [];
	for (const [chunking, strategy] of STRATEGIES) {
		const storeId = await bench.fill(`${name}, ${chunking}`, files, strategy);
		for (const way of waysOf(bench.embeddingModel)) {
			const tokens: number[] = [];
			const shares: number[][] = [];
			for (const { question, evidence } of questions) {
				const gold = evidence.map((one) => spanOf(one, documents));
				const hits = await search(bench.client, storeId, question, way);
				const first = hits.slice(0, 5);
				const [covered, all, retrieved] = [coveredBy(gold, first), lengthOf(gold), lengthOf(first)];
				tokens.push(...first.map(({ text }) => countTokens(text)));
				shares.push([
					covered / all,
					retrieved > 0 ? covered / retrieved : 0,
					covered / (all + retrieved - covered),
					coveredBy(gold, withinTokens(hits, 500)) / all,
					coveredBy(gold, withinTokens(hits, 2000)) / all,
				]);
			}
			const means = [0, 1, 2, 3, 4].map((column) => percent(mean(shares.map((row) => row[column] ?? 0))));
			rows.push([chunking, way.name, mean(tokens).toFixed(0), ...means]);
		}
	}
	return rows;
}
