import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { SetFile } from "./bench-service.ts";

/**
 * Where an answer stands. `page` and `row` count from 1; `json_path` is `$.a[0].b`; `start` and `end` are code points. With
 * none of these, the document is all that is known.
 */
export type Evidence = {
	doc: string;
	page?: number;
	row?: number;
	json_path?: string;
	start?: number;
	end?: number;
	text?: string;
};

export type Question = { id: string; question: string; kind?: string; answers?: string[]; evidence: Evidence[] };

/** A title that a text came with: its file's name is made of it. */
export type Text = { id: string; title: string; text: string };

export function readLines<T>(path: string): T[] {
	return readFileSync(path, "utf8")
		.trim()
		.split("\n")
		.map((line) => JSON.parse(line) as T);
}

/** The questions of a set whose evidence is all at hand: some sets leave documents out. */
export function readQuestions(folder: string, docs: SetFile[]): Question[] {
	const known = new Set(docs.map(({ doc }) => doc));
	return readLines<Question>(join(folder, "questions.jsonl")).filter(({ evidence }) =>
		evidence.every(({ doc }) => known.has(doc)),
	);
}

/** The files of a set's `docs` folder. */
export function readDocuments(folder: string): SetFile[] {
	const docs = join(folder, "docs");
	return readdirSync(docs)
		.toSorted()
		.map((name) => ({ doc: name, filename: name, content: readFileSync(join(docs, name)) }));
}

/** The texts of a set's `corpus.jsonl`, each a file of its own under its title, as a user would keep them. */
export function readCorpus(folder: string): (Text & SetFile)[] {
	return readLines<Text>(join(folder, "corpus.jsonl")).map((text) => ({
		...text,
		doc: text.id,
		filename: `${text.title.replaceAll(/[/\\\0]/g, " ").slice(0, 200)}.txt`,
		content: text.text,
	}));
}

export function hasSet(folder: string): boolean {
	return existsSync(join(folder, "questions.jsonl")) || existsSync(join(folder, "corpus.jsonl"));
}
