import { join } from "node:path";
import type { Bench } from "./bench-service.ts";
import { mean, percent } from "./figures.ts";
import { ask, type Said } from "./find.ts";
import { type Question, readCorpus, readLines } from "./read-set.ts";
import { waysOf } from "./ways.ts";

export const FOLLOW_UP_HEAD = ["set", "search", "pairs", "asked", "hit@1", "hit@5"];

/** A question without the names that the question before it says: "How many sacks did Ward have?" → "… did they have?" */
type Pair = { first: Question; second: Question; shortened: string };

const NAME = /(?<!^)(?<=\s)\p{Lu}[\p{L}\p{N}'’.-]*(?:\s+\p{Lu}[\p{L}\p{N}'’.-]*)*/gu;

/** Neighbouring questions on one text that share a name; in the second a pronoun stands for it. */
function pairsOf(questions: Question[]): Pair[] {
	const pairs: Pair[] = [];
	for (const [place, second] of questions.entries()) {
		const first = questions[place - 1];
		if (!first || first.evidence[0]?.doc !== second.evidence[0]?.doc) continue;
		const shortened = second.question.replace(NAME, (name) => (first.question.includes(name) ? "they" : name));
		if (shortened !== second.question) pairs.push({ first, second, shortened });
	}
	return pairs;
}

/** Follow-up questions: asked in full, with a pronoun alone, and with a pronoun after the question that names it. */
export async function followUp(bench: Bench, name: string, folder: string): Promise<string[][]> {
	const storeId = await bench.fill(name, readCorpus(folder));
	const pairs = pairsOf(readLines<Question>(join(folder, "questions.jsonl")));
	const said = ({ first, shortened }: Pair): Said[] => [
		{ role: "user", content: first.question },
		{ role: "assistant", content: first.answers?.[0] ?? "" },
		{ role: "user", content: shortened },
	];
	const inputs: [asked: string, input: (pair: Pair) => string | Said[]][] = [
		["in full", ({ second }) => second.question],
		["with a pronoun", ({ shortened }) => shortened],
		["with a pronoun, as a follow-up", said],
		["in full, after a question on another text", (pair) => [...said(otherThan(pair)).slice(0, 2), asking(pair)]],
	];
	const asking = ({ second }: Pair): Said => ({ role: "user", content: second.question });
	/** A pair some way off: its first question has nothing to do with this one. */
	const otherThan = (pair: Pair) => pairs[(pairs.indexOf(pair) + Math.floor(pairs.length / 2)) % pairs.length] as Pair;
	const rows: string[][] = [];
	for (const way of waysOf(bench.embeddingModel)) {
		for (const [asked, input] of inputs) {
			const ranks: number[] = [];
			for (const pair of pairs) {
				const { found } = await ask(bench.client, storeId, input(pair), way);
				ranks.push([...new Set(found.map(({ doc }) => doc))].indexOf(pair.second.evidence[0]?.doc as string));
			}
			const within = (depth: number) => percent(mean(ranks.map((rank) => Number(rank >= 0 && rank < depth))));
			rows.push([name, way.name, `${pairs.length}`, asked, within(1), within(5)]);
		}
	}
	return rows;
}
