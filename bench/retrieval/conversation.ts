import { countTokens } from "../../src/models/tokens.ts";
import type { Bench } from "./bench-service.ts";
import { heldBy } from "./evidence.ts";
import { ask, search } from "./find.ts";
import { HOSTED, HOSTED_CHUNKS } from "./hosted-default.ts";
import { readDocuments, readQuestions } from "./read-set.ts";
import { waysOf } from "./ways.ts";

export const CONVERSATION_HEAD = [
	...["turn", "search", "whole file", "800/400, 20 chunks", "evidence", "Excerpt, passages", "all it sent", "evidence"],
];

/**
 * Five questions on one file in one conversation, and the tokens each turn sends: with the whole file in every turn, with
 * the hosted default's chunks, and by us. "evidence": what was sent from the right page holds the answer.
 */
export async function converse(bench: Bench, folder: string, filename: string): Promise<string[][]> {
	const files = readDocuments(folder).filter(({ doc }) => doc === filename);
	const questions = readQuestions(folder, files)
		.filter(({ evidence }) => evidence.length > 0)
		.slice(0, 5);
	const ours = await bench.fill(`${filename} alone`, files);
	const hosted = await bench.fill(`${filename} alone, static 800/400`, files, HOSTED);
	const rows: string[][] = [];
	for (const way of waysOf(bench.embeddingModel)) {
		const sums = [0, 0, 0, 0];
		let previous: string | undefined;
		let [theirEvidence, ourEvidence] = [0, 0];
		for (const [place, question] of questions.entries()) {
			const chunks = await search(bench.client, hosted, question.question, way, HOSTED_CHUNKS);
			const sent = await ask(bench.client, ours, question.question, way, { previous, keep: true });
			previous = sent.id;
			const theirs = chunks.reduce((sum, { text }) => sum + countTokens(text), 0);
			const numbers = [sent.wholeFilesTokens, theirs, sent.tokens, sent.inputTokens];
			for (const [column, number] of numbers.entries()) sums[column] = (sums[column] ?? 0) + number;
			const [held, ourHeld] = [chunks, sent.hits].map((hits) => heldBy(question, hits, new Map()).answer);
			theirEvidence += Number(held);
			ourEvidence += Number(ourHeld);
			rows.push(rowOf(`${place + 1}`, way.name, numbers, held ? "yes" : "no", ourHeld ? "yes" : "no"));
		}
		const of = (count: number) => `${count} of ${questions.length}`;
		rows.push(rowOf("sum", way.name, sums, of(theirEvidence), of(ourEvidence)));
	}
	return rows;
}

function rowOf(turn: string, way: string, numbers: number[], theirs: string, ours: string): string[] {
	const [whole = "", hosted = "", passages = "", all = ""] = numbers.map((number) => number.toLocaleString("en"));
	return [turn, way, whole, hosted, theirs, passages, all, ours];
}
