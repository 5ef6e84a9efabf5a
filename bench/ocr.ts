/**
 * How well scanned pages are read: `node bench/ocr.ts [folder]`, where the folder (../shared/data by default) holds
 * ocr/ with docs, images, true texts and questions. The word error rate is the edit distance in words over the true
 * text's words, without punctuation and case; "found" is the share of the true words that are on the page, in any order
 * (a scan in columns may be read in another order than its truth was typed in).
 */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "../ingest/parse/parse.ts";
import { printTable } from "./table.ts";

const folder = join(process.argv[2] ?? "../shared/data", "ocr");
const lines = (name: string) => readFileSync(join(folder, name), "utf8").trim().split("\n");
type Entry = { file: string; image?: string; truth?: string | null; pages: number };
type Question = { id: string; answers: string[]; evidence: { doc: string }[] };
const entries = lines("manifest.jsonl").map((line): Entry => JSON.parse(line));
const questions = lines("questions.jsonl").map((line): Question => JSON.parse(line));

const texts = new Map<string, string>();
const rows: string[][] = [];
for (const { file, image, truth, pages } of entries) {
	for (const name of [file, image].filter((path) => path !== undefined && existsSync(join(folder, path)))) {
		if (name === undefined) continue;
		const started = performance.now();
		const text = await textOf(name);
		const seconds = (performance.now() - started) / 1000;
		texts.set(name.replace(/^docs\//, ""), text);
		// The truth of some is one page's text, and the file's four pages all hold it.
		const words = truth ? wordsOf(readFileSync(join(folder, truth), "utf8")) : [];
		const read = wordsOf(text);
		const rate = truth && pages === 1 ? (100 * distance(words, read)) / words.length : Number.NaN;
		const found = truth ? (100 * words.filter((word) => read.includes(word)).length) / words.length : Number.NaN;
		rows.push([name, shown(rate), shown(found), String(read.length), (seconds / pages).toFixed(1)]);
	}
}
printTable(["file", "word error %", "words found %", "words read", "s/page"], rows);

console.log();
printTable(
	["question", "answer in files", "of"],
	questions.map(({ id, answers, evidence }) => {
		const holding = evidence.filter(({ doc }) =>
			answers.some((answer) => squeezed(texts.get(doc) ?? "").includes(squeezed(answer))),
		);
		return [id, String(holding.length), String(evidence.length)];
	}),
);

async function textOf(name: string): Promise<string> {
	let text = "";
	try {
		const source = { path: join(folder, name), filename: name, bytes: 1, ocr: { languages: ["eng"] } };
		for await (const pieces of parse(source)) for (const piece of pieces) text += piece.text;
	} catch (error) {
		console.error(String(error));
	}
	return text;
}

function wordsOf(text: string): string[] {
	return (
		text
			.normalize("NFKC")
			.toLowerCase()
			.match(/[\p{L}\d]+/gu) ?? []
	);
}

function squeezed(text: string): string {
	return wordsOf(text).join("");
}

function shown(value: number): string {
	return Number.isNaN(value) ? "–" : value.toFixed(1);
}

/** Levenshtein's distance, over words. */
function distance(a: string[], b: string[]): number {
	let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
	for (const [row, word] of a.entries()) {
		const current = [row + 1];
		for (const [column, other] of b.entries()) {
			const replaced = (previous[column] ?? 0) + (word === other ? 0 : 1);
			current.push(Math.min(replaced, (previous[column + 1] ?? 0) + 1, (current[column] ?? 0) + 1));
		}
		previous = current;
	}
	return previous.at(-1) ?? 0;
}
