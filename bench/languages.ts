/**
 * Finding paragraphs in other languages than English, lexical search alone, through the API: a folder per language with
 * `corpus.jsonl`, `questions.jsonl` and `qrels.tsv`, by default xquad's. `node bench/languages.ts [FOLDER]`.
 *
 * Each paragraph is a document of its own, under a name that says nothing; a question's rank is that of the first passage
 * of its paragraph. Each language is asked in a store of its own and in one that holds them all, where the paragraph in
 * another language counts as wrong. "cited": the extractive model's answer cites a sentence that holds the true answer; in the
 * language's own store.
 */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createService } from "../src/app.ts";
import { createClient } from "../src/cli/connect.ts";
import { loadConfig } from "../src/config.ts";
import { createLog } from "../src/log.ts";
import { printTable } from "./table.ts";

type Paragraph = { id: string; text: string };
type Question = { id: string; question: string; answers: string[] };
type Language = { name: string; files: Map<string, string>; questions: Question[]; relevant: Map<string, string> };

const folder = resolve(process.argv[2] ?? "../shared/data/xquad");
const directory = mkdtempSync(join(tmpdir(), "excerpt-bench-"));
const config = loadConfig({
	DATA_DIR: directory,
	DATABASE_URL: process.env.DATABASE_URL,
	LOG_LEVEL: "error",
	CHAT_MODEL: "extractive",
});
const service = await createService(config, createLog(config.LOG_LEVEL), { worker: true });
const client = createClient(config, "http://127.0.0.1", service.fetch);

const names = readdirSync(folder).filter((name) => existsSync(join(folder, name, "corpus.jsonl")));
const languages: Language[] = [];
for (const name of names.toSorted()) languages.push(await readLanguage(name));
const rows: string[][] = [];
for (const language of languages) {
	const store = await createStore([...language.files.keys()]);
	rows.push([
		language.name,
		"its own",
		...(await measureSearch(store, language)),
		await measureAnswers(store, language),
	]);
}
const all = await createStore(languages.flatMap(({ files }) => [...files.keys()]));
for (const language of languages) {
	rows.push([language.name, "of all", ...(await measureSearch(all, language)), ""]);
}
printTable(["language", "store", "questions", "hit@1", "hit@5", "MRR@10", "nDCG@10", "cited"], rows);
await service.close();
rmSync(directory, { recursive: true, force: true });

/** Reads a language's folder and uploads its paragraphs; `files` has each paragraph's id by its file's id. */
async function readLanguage(name: string): Promise<Language> {
	const lines = (file: string) =>
		readFileSync(join(folder, name, file), "utf8")
			.trim()
			.split("\n");
	const files = new Map<string, string>();
	for (const [place, line] of lines("corpus.jsonl").entries()) {
		const { id, text } = JSON.parse(line) as Paragraph;
		const letters = String.fromCharCode(97 + Math.floor(place / 26), 97 + (place % 26));
		const file = new File([text], `paragraph-x${letters}.txt`);
		files.set((await client.files.create({ file, purpose: "assistants" })).id, id);
	}
	const questions = lines("questions.jsonl").map((line) => JSON.parse(line) as Question);
	const relevant = new Map(lines("qrels.tsv").map((line) => line.split("\t") as [string, string]));
	return { name, files, questions, relevant };
}

async function createStore(fileIds: string[]): Promise<string> {
	const { id } = await client.vectorStores.create({});
	const batch = await client.vectorStores.fileBatches.createAndPoll(id, { file_ids: fileIds }, { pollIntervalMs: 50 });
	if (batch.file_counts.completed !== fileIds.length) throw new Error("a paragraph could not be ingested");
	return id;
}

async function measureSearch(storeId: string, { questions, relevant, files }: Language): Promise<string[]> {
	const sums = { first: 0, five: 0, reciprocal: 0, gain: 0 };
	for (const { id, question } of questions) {
		const { data } = await client.vectorStores.search(storeId, { query: question, max_num_results: 50 });
		const found = [...new Set(data.map((hit) => hit.file_id))];
		const rank = found.findIndex((fileId) => files.get(fileId) === relevant.get(id)) + 1;
		if (rank === 0) continue;
		if (rank === 1) sums.first++;
		if (rank <= 5) sums.five++;
		if (rank <= 10) sums.reciprocal += 1 / rank;
		if (rank <= 10) sums.gain += 1 / Math.log2(rank + 1);
	}
	const mean = (sum: number) => (sum / questions.length).toFixed(3);
	return [`${questions.length}`, mean(sums.first), mean(sums.five), mean(sums.reciprocal), mean(sums.gain)];
}

async function measureAnswers(storeId: string, { questions }: Language): Promise<string> {
	let cited = 0;
	for (const { question, answers } of questions) {
		const { output } = await client.responses.create({
			model: "extractive",
			input: question,
			tools: [{ type: "file_search", vector_store_ids: [storeId] }],
			store: false,
		});
		const parts = output.flatMap((item) => (item.type === "message" ? item.content : []));
		const quotes = parts.flatMap((part) =>
			part.type === "output_text" ? (part.annotations as unknown as { quote: string }[]).map(({ quote }) => quote) : [],
		);
		if (quotes.some((quote) => answers.some((answer) => quote.includes(answer)))) cited++;
	}
	return (cited / questions.length).toFixed(3);
}
