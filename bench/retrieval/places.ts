import type { Bench } from "./bench-service.ts";
import { heldBy } from "./evidence.ts";
import { mean, percent } from "./figures.ts";
import { ask } from "./find.ts";
import { type Question, readDocuments, readQuestions } from "./read-set.ts";
import { spanOf } from "./spans.ts";
import { waysOf } from "./ways.ts";

export const PLACE_HEAD = [
	...["set", "questions", "of", "search", "tokens sent"],
	...["any document", "all documents", "any place", "all places", "answer"],
];
const BUDGET = 2_000;

/** Questions by what they need: one place to be found, several, or a count over many that no excerpt holds. */
function groupOf({ kind, evidence }: Question): string {
	if (kind === "unanswerable") return "";
	if (kind?.includes("aggregate")) return "aggregate";
	return new Set(evidence.map(({ doc }) => doc)).size > 2 ? "several documents" : "lookup";
}

/** Whether what a turn of 2,000 tokens sends holds the documents, the places and the answers that are asked for. */
export async function findPlaces(bench: Bench, name: string, folder: string): Promise<string[][]> {
	const files = readDocuments(folder);
	const questions = readQuestions(folder, files);
	const documents = new Map(files.map(({ doc, content }) => [doc, content.toString()]));
	const spans = new Map(
		questions
			.flatMap(({ evidence }) => evidence)
			.filter(({ start }) => start !== undefined)
			.map((one) => [one, spanOf(one, documents)]),
	);
	const storeId = await bench.fill(name, files);
	const rows: string[][] = [];
	for (const way of waysOf(bench.embeddingModel)) {
		for (const group of ["lookup", "several documents", "aggregate"]) {
			const members = questions.filter((question) => groupOf(question) === group);
			if (members.length === 0) continue;
			const tokens: number[] = [];
			const shares: boolean[][] = [];
			for (const question of members) {
				const sent = await ask(bench.client, storeId, question.question, way, { budget: BUDGET });
				const held = heldBy(question, sent.hits, spans);
				tokens.push(sent.tokens);
				shares.push([held.anyDocument, held.allDocuments, held.anyPlace, held.allPlaces, held.answer]);
			}
			const share = (column: number) => percent(mean(shares.map((row) => Number(row[column]))));
			const hasPlaces = members.some(({ evidence }) => evidence.some((one) => Object.keys(one).length > 1));
			const columns = hasPlaces ? [0, 1, 2, 3, 4].map(share) : [share(0), share(1), "", "", ""];
			rows.push([name, group, `${members.length}`, way.name, mean(tokens).toFixed(0), ...columns]);
		}
	}
	return rows;
}
