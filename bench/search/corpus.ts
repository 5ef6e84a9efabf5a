import { readFileSync } from "node:fs";
import { join } from "node:path";
import { hashOf } from "./random.ts";

type Passage = { id: string; title: string; text: string };

/** A file to upload, and the questions that its passages answer. */
export type LoadFile = { name: string; text: string; questions: string[] };

const PASSAGES_PER_FILE = 500;
/** Names that copies draw theirs from: some are then in many copies, as names are. */
const NAME_COUNT = 20_000;
const SYLLABLES =
	"ba be bor ca chi da del dor fa fen gal gri ha hol ir ja ka kel lan lo mar mi nor os pa quin ra ro sa sen tal tor ul va ver wil yor zan".split(
		" ",
	);

/**
 * As many files as are asked for: the passages of nq_oracle again and again, each copy with other names and numbers, so
 * that copies share their common words and differ in what tells them apart. A copy's questions change with it.
 */
export function* multiplied(folder: string): Generator<LoadFile> {
	const passages = readLines<Passage>(join(folder, "nq_oracle", "corpus.jsonl"));
	const questions = readLines<{ question: string; evidence: { doc: string }[] }>(
		join(folder, "nq_oracle", "questions.jsonl"),
	);
	const asked = Map.groupBy(questions, ({ evidence }) => evidence[0]?.doc ?? "");
	const names = namesIn(passages.map(({ text }) => text));
	for (let copy = 0; ; copy++) {
		for (let from = 0; from < passages.length; from += PASSAGES_PER_FILE) {
			const part = passages.slice(from, from + PASSAGES_PER_FILE);
			const rename = (text: string) => renamed(text, names, copy);
			yield {
				name: `${nameFor(`company ${from}`, copy)}-${2000 + (hashOf(String(from), copy) % 25)}-report-${copy}.md`,
				text: part.map(({ title, text }) => `# ${rename(title)}\n\n${rename(text)}\n`).join("\n"),
				questions: part.flatMap(({ id }) => (asked.get(id) ?? []).map(({ question }) => rename(question))),
			};
		}
	}
}

const WORD = /[\p{L}][\p{L}'’]*|\p{N}+/gu;

/** Words that are written with a capital within sentences more often than without one. */
function namesIn(texts: string[]): Set<string> {
	const balance = new Map<string, number>();
	for (const text of texts) {
		for (const match of text.matchAll(/(?<=[\p{Ll},] )[\p{L}][\p{L}'’]*/gu)) {
			const [word] = match;
			const lower = word.toLowerCase();
			balance.set(lower, (balance.get(lower) ?? 0) + (word === lower ? -1 : 1));
		}
	}
	return new Set([...balance].flatMap(([word, count]) => (count > 0 && word.length > 2 ? [word] : [])));
}

function renamed(text: string, names: Set<string>, copy: number): string {
	if (copy === 0) return text;
	return text.replace(WORD, (word) => {
		if (/^\p{N}/u.test(word)) return numberFor(word, copy);
		const lower = word.toLowerCase();
		if (!names.has(lower)) return word;
		const name = nameFor(lower, copy);
		return word === lower ? name.toLowerCase() : name;
	});
}

function nameFor(word: string, copy: number): string {
	let rest = hashOf(word, copy) % NAME_COUNT;
	let name = "";
	for (let syllable = 0; syllable < 3; syllable++) {
		name += SYLLABLES[rest % SYLLABLES.length];
		rest = Math.floor(rest / SYLLABLES.length);
	}
	return name.charAt(0).toUpperCase() + name.slice(1);
}

function numberFor(digits: string, copy: number): string {
	const last = hashOf(digits, copy) % 10 ** Math.min(digits.length, 3);
	return digits.slice(0, -3) + String(last).padStart(Math.min(digits.length, 3), "0");
}

function readLines<T>(path: string): T[] {
	return readFileSync(path, "utf8")
		.trim()
		.split("\n")
		.map((line) => JSON.parse(line) as T);
}
