import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import Papa from "papaparse";

/** `warmUp` is ingested before the clock starts, by each parser: a server compiles its code once, not once a file. */
export type FileSet = { name: string; files: string[]; warmUp: string[]; megabytes: number };

/** A set of tables or records is made as large as this, in this many files: a second's work is too little to measure. */
const MEGABYTES = 24;
const FILES = 4;

/** What is ingested: filings as they are; rows, records and texts of the folder repeated, each time told apart by a number. */
export function fileSets(folder: string, scratch: string): FileSet[] {
	const pdfs = ["sec10q", "pdf_extract/icdar2013"].flatMap((set) => pdfsIn(join(folder, set)));
	const open = (name: string) => readFileSync(join(folder, "open_data/docs", name), "utf8");
	const texts = join(folder, "chroma_chunking/docs");
	const table = Papa.parse<string[]>(open("known_exploited_vulnerabilities.csv").trim()).data;
	const [head = [], ...rows] = table;
	const records = JSON.parse(open("legislators-current.json")) as object[];
	const paragraphs = readdirSync(texts).flatMap((name) => readFileSync(join(texts, name), "utf8").split("\n"));

	return [
		fileSet("PDF", pdfs, pdfsIn(fileURLToPath(new URL("../../fixtures/demo", import.meta.url)))),
		generated(scratch, "csv", [["id", ...head].join(",")], (n) =>
			rows.map((row, place) => Papa.unparse([[`${n}-${place}`, ...row]])),
		),
		generated(scratch, "jsonl", [], (n) =>
			records.map((record, place) => JSON.stringify({ id: `${n}-${place}`, ...record })),
		),
		generated(scratch, "txt", [], (n) => [`Copy ${n}.`, ...paragraphs.map((text) => (text ? `${text} (${n})` : ""))]),
	];
}

function pdfsIn(directory: string): string[] {
	const found = readdirSync(directory, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".pdf"));
	return found.sort().map((name) => join(directory, name));
}

function fileSet(name: string, files: string[], warmUp: string[]): FileSet {
	return { name, files, warmUp, megabytes: files.reduce((sum, path) => sum + statSync(path).size, 0) / 1e6 };
}

function generated(scratch: string, extension: string, head: string[], linesOf: (copy: number) => string[]): FileSet {
	const directory = join(scratch, extension);
	mkdirSync(directory);
	const write = (name: string, bytes: number, from: number) => {
		const lines = [...head];
		let copy = from;
		for (let size = 0; size < bytes; copy++) {
			for (const line of linesOf(copy)) {
				if (size >= bytes) break;
				lines.push(line);
				size += Buffer.byteLength(line) + 1;
			}
		}
		writeFileSync(join(directory, name), `${lines.join("\n")}\n`);
		return copy;
	};
	write(`warm-up.${extension}`, 20_000, 1_000_000);
	let copy = 1;
	for (let file = 1; file <= FILES; file++) copy = write(`${file}.${extension}`, (MEGABYTES * 1e6) / FILES, copy);
	const files = Array.from({ length: FILES }, (_, place) => join(directory, `${place + 1}.${extension}`));
	return fileSet(extension.toUpperCase(), files, [join(directory, `warm-up.${extension}`)]);
}
