/**
 * How good what is found and sent is, through the API, on sets of documents with questions whose evidence is known:
 * `npm run bench:retrieval -- [FOLDER] [--only TABLES] [--data DIRECTORY]`. FOLDER holds the sets (../shared/data by
 * default), TABLES are names of the list below, separated by commas, and with a DIRECTORY what was ingested stays there,
 * so that the next run only asks.
 *
 * Lexical search alone; with EMBEDDING_MODEL (and OPENAI_BASE_URL or OPENAI_API_KEY) dense and hybrid search beside it.
 */
import { cpus } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { type Bench, openBench } from "./retrieval/bench-service.ts";
import { BUDGET_HEAD, compareBudgets } from "./retrieval/budgets.ts";
import { CONVERSATION_HEAD, converse } from "./retrieval/conversation.ts";
import { FOLLOW_UP_HEAD, followUp } from "./retrieval/follow-ups.ts";
import { findPlaces, PLACE_HEAD } from "./retrieval/places.ts";
import { RANK_HEAD, rankTexts } from "./retrieval/rank-texts.ts";
import { hasSet } from "./retrieval/read-set.ts";
import { compareStrategies, STRATEGY_HEAD } from "./retrieval/strategies.ts";
import { askOfHalf, askUnanswerable, UNANSWERABLE_HEAD } from "./retrieval/unanswerable.ts";
import { printTable } from "./table.ts";

type Measure = (bench: Bench, set: string, folder: string) => Promise<string[][]>;
type Table = { name: string; title: string; head: string[]; rows: [set: string, measure: Measure][] };

const TABLES: Table[] = [
	{
		name: "texts",
		title: "Texts under their titles",
		head: RANK_HEAD,
		rows: ["nq_oracle", "xquad/en", "xquad/de"].map((set) => [set, rankTexts]),
	},
	{
		name: "budgets",
		title: "Evidence against tokens",
		head: BUDGET_HEAD,
		rows: [["chroma_chunking", compareBudgets]],
	},
	{
		name: "places",
		title: "Documents, pages, rows and JSON pointers in 2,000 tokens",
		head: PLACE_HEAD,
		rows: ["demo", "open_data", "fetaqa", "sec10q"].map((set) => [set, findPlaces]),
	},
	{
		name: "unanswerable",
		title: "The best score with and without an answer in the store",
		head: UNANSWERABLE_HEAD,
		rows: [
			["xquad/en", askOfHalf],
			["xquad/de", askOfHalf],
			["nq_oracle", askOfHalf],
			["demo", askUnanswerable],
		],
	},
	{
		name: "follow-ups",
		title: "Follow-up questions",
		head: FOLLOW_UP_HEAD,
		rows: ["xquad/en", "xquad/de"].map((set) => [set, followUp]),
	},
	{
		name: "conversation",
		title: "Five questions on one PDF in one conversation",
		head: CONVERSATION_HEAD,
		// Of the documents with known pages the one nearest to 20: it has 25.
		rows: [["demo", (bench, _, folder) => converse(bench, folder, "ED-FY2022-annual-performance-plan.pdf")]],
	},
	{
		name: "strategies",
		title: "Chunk strategies",
		head: STRATEGY_HEAD,
		rows: [["chroma_chunking", compareStrategies]],
	},
];

const { values, positionals } = parseArgs({
	allowPositionals: true,
	options: { only: { type: "string" }, data: { type: "string" } },
});
const [sets = "../shared/data"] = positionals;
const wanted = values.only?.split(",") ?? TABLES.map(({ name }) => name);
const bench = await openBench(values.data);
console.log(`${cpus().length} cores, Node ${process.version}, ${bench.embeddingModel ?? "no embedding model"}`);
for (const { name, title, head, rows } of TABLES) {
	if (!wanted.includes(name)) continue;
	const measured: string[][] = [];
	for (const [set, measure] of rows) {
		const folder = join(sets, set);
		if (hasSet(folder)) measured.push(...(await measure(bench, set, folder)));
	}
	console.log(`\n### ${title} (${name})\n`);
	printTable(head, measured);
}
await bench.close();
