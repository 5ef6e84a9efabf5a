import { join } from "node:path";
import { quantile } from "../table.ts";
import type { Bench } from "./bench-service.ts";
import { areaUnderCurve } from "./figures.ts";
import { search } from "./find.ts";
import { type Question, readCorpus, readDocuments, readLines, readQuestions } from "./read-set.ts";
import { type Way, waysOf } from "./ways.ts";

export const UNANSWERABLE_HEAD = [
	...["set", "search", "answerable", "p10", "median", "p90"],
	...["unanswerable", "p10", "median", "p90", "AUC"],
];

/**
 * The best score of questions whose text is in the store, and of those whose text is not: every second title's texts are
 * left out, and each question is asked of the rest.
 */
export async function askOfHalf(bench: Bench, name: string, folder: string): Promise<string[][]> {
	const corpus = readCorpus(folder);
	const titles = [...new Set(corpus.map(({ title }) => title))];
	const kept = corpus.filter(({ title }) => titles.indexOf(title) % 2 === 0);
	const storeId = await bench.fill(`${name}, half`, kept);
	const docs = new Set(kept.map(({ doc }) => doc));
	const questions = readLines<Question>(join(folder, "questions.jsonl"));
	return compare(bench, name, storeId, questions, ({ evidence }) => docs.has(evidence[0]?.doc as string));
}

/** The same of a set that has questions without an answer in its documents. */
export async function askUnanswerable(bench: Bench, name: string, folder: string): Promise<string[][]> {
	const files = readDocuments(folder);
	const storeId = await bench.fill(name, files);
	return compare(bench, name, storeId, readQuestions(folder, files), ({ evidence }) => evidence.length > 0);
}

async function compare(
	bench: Bench,
	name: string,
	storeId: string,
	questions: Question[],
	isAnswerable: (question: Question) => boolean,
): Promise<string[][]> {
	const best = async (question: Question, way: Way) =>
		(await search(bench.client, storeId, question.question, way, 1))[0]?.score ?? 0;
	const rows: string[][] = [];
	for (const way of waysOf(bench.embeddingModel)) {
		const scores: [high: number[], low: number[]] = [[], []];
		for (const question of questions) scores[isAnswerable(question) ? 0 : 1].push(await best(question, way));
		const columns = scores.flatMap((values) => [
			`${values.length}`,
			...[0.1, 0.5, 0.9].map((share) => quantile(values, share).toFixed(2)),
		]);
		rows.push([name, way.name, ...columns, areaUnderCurve(...scores).toFixed(3)]);
	}
	return rows;
}
