import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Bench } from "./bench-service.ts";
import { mean } from "./figures.ts";
import { search } from "./find.ts";
import { type Question, readCorpus, readLines } from "./read-set.ts";
import { waysOf } from "./ways.ts";

export const RANK_HEAD = ["set", "search", "questions", "hit@1", "nDCG@10", "recall@10"];

/**
 * Finding the one text that answers, among those of `corpus.jsonl`. Each is a file of its own under its title; a text's
 * rank is that of its first passage.
 */
export async function rankTexts(bench: Bench, name: string, folder: string): Promise<string[][]> {
	const storeId = await bench.fill(name, readCorpus(folder));
	const questions = readLines<Question>(join(folder, "questions.jsonl"));
	const relevant = new Map(
		readFileSync(join(folder, "qrels.tsv"), "utf8")
			.trim()
			.split("\n")
			.map((line) => line.split("\t") as [string, string]),
	);
	const rows: string[][] = [];
	for (const way of waysOf(bench.embeddingModel)) {
		const ranks: number[] = [];
		for (const { id, question } of questions) {
			const hits = await search(bench.client, storeId, question, way);
			ranks.push([...new Set(hits.map(({ doc }) => doc))].indexOf(relevant.get(id) as string) + 1);
		}
		const within = (depth: number) => mean(ranks.map((rank) => (rank > 0 && rank <= depth ? 1 : 0)));
		const gain = mean(ranks.map((rank) => (rank > 0 && rank <= 10 ? 1 / Math.log2(rank + 1) : 0)));
		rows.push([name, way.name, `${ranks.length}`, ...[within(1), gain, within(10)].map((value) => value.toFixed(3))]);
	}
	return rows;
}
