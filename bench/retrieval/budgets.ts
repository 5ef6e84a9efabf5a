import { countTokens } from "../../src/models/tokens.ts";
import type { Bench } from "./bench-service.ts";
import { mean, percent } from "./figures.ts";
import { ask, search } from "./find.ts";
import { HOSTED, HOSTED_CHUNKS } from "./hosted-default.ts";
import { readDocuments, readQuestions } from "./read-set.ts";
import { coveredBy, lengthOf, spanOf, withinTokens } from "./spans.ts";
import { waysOf } from "./ways.ts";

const BUDGETS = [500, 1_000, 2_000, 4_000, 8_000, 16_000];

export const BUDGET_HEAD = [
	...["tokens allowed", "search", "Excerpt: tokens sent", "evidence recall"],
	...["800/400: tokens sent", "evidence recall"],
];

/**
 * The share of the evidence in what a turn sends, against the tokens it may send: the context that we build, and the
 * hosted service's default chunks, found by the same search and cut off where the next would not fit.
 */
export async function compareBudgets(bench: Bench, name: string, folder: string): Promise<string[][]> {
	const files = readDocuments(folder);
	const documents = new Map(files.map(({ doc, content }) => [doc, content.toString()]));
	const questions = readQuestions(folder, files).map(({ question, evidence }) => ({
		question,
		gold: evidence.map((one) => spanOf(one, documents)),
	}));
	const ours = await bench.fill(name, files);
	const hosted = await bench.fill(`${name}, static 800/400`, files, HOSTED);
	const rows: string[][] = [];
	for (const way of waysOf(bench.embeddingModel)) {
		for (const budget of BUDGETS) {
			const sums: number[][] = [];
			for (const { question, gold } of questions) {
				const sent = await ask(bench.client, ours, question, way, { budget });
				const chunks = withinTokens(await search(bench.client, hosted, question, way, HOSTED_CHUNKS), budget);
				const theirs = chunks.reduce((sum, { text }) => sum + countTokens(text), 0);
				const recall = (passages: typeof chunks) => coveredBy(gold, passages) / lengthOf(gold);
				sums.push([sent.tokens, recall(sent.hits), theirs, recall(chunks)]);
			}
			const [sent, recall, theirs, theirRecall] = [0, 1, 2, 3].map((column) =>
				mean(sums.map((row) => row[column] ?? 0)),
			);
			rows.push([
				budget.toLocaleString("en"),
				way.name,
				(sent ?? 0).toFixed(0),
				percent(recall ?? 0),
				(theirs ?? 0).toFixed(0),
				percent(theirRecall ?? 0),
			]);
		}
	}
	return rows;
}
