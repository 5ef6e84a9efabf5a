import { isMonth } from "./figures.ts";
import { fold } from "./fold.ts";
import { plain } from "./searchable.ts";
import { stopWordLanguage } from "./stop-words.ts";

/** Words that are capitalised beside a name and say who bears it, not which one. */
const TITLES = new Set("mr mrs ms dr prof professor sir president ceo cfo herr frau the a an der die das".split(" "));

const WORD = /[\p{L}\p{M}\p{N}]+(?:[-'’.&][\p{L}\p{M}\p{N}]+)*/gu;
const CAPITALISED = /^\p{Lu}/u;
/** "BMW", "iPhone", "A320", "RFC4180": no sentence's beginning and no German noun is written so. */
const CODE = /^(?:\p{Lu}{2,}[\p{Lu}\p{N}]*|\p{L}+-?\p{N}[\p{L}\p{N}.-]*|\p{Ll}+\p{Lu}\p{L}*)$/u;
const SENTENCE_BEGINS = /(?:^|[.!?:;\n|"“„»(—•*-])\s*$/u;

type Run = { word: string; first: boolean }[];

/**
 * The names of a sentence, each as its words, folded: capitalised words that stand together. A sentence's first word, which
 * is capitalised anyhow, counts only with another behind it, or in a genitive ("Shelley's"). In German, where all nouns are
 * capitalised, so do all: two that stand together make a name, or a code. Scripts without capitals have none.
 */
export function namesOf(text: string): string[][] {
	const words = plain(text).match(WORD) ?? [];
	const german = stopWordLanguage(words.map((word) => word.toLowerCase())) === "de";
	return capitalised(text).flatMap((run) => {
		const several = run.length >= 2 && run.some(({ first }) => !first);
		const isName = several || (!german && run.every(({ first, word }) => !first || /['’]s$/.test(word)));
		const kept = isName ? run : run.filter(({ word }) => CODE.test(word));
		return kept.length > 0 ? [kept.map(({ word }) => foldName(word))] : [];
	});
}

/** All words with a capital, sentences' first words and nouns among them: names where the document treats them so. */
export function capitalWordsOf(text: string): string[] {
	return [...new Set(capitalRunsOf(text).flat())];
}

/** All words with a capital that stand together, sentences' first words and nouns among them, folded as names are. */
export function capitalRunsOf(text: string): string[][] {
	return capitalised(text).map((run) => run.map(({ word }) => foldName(word)));
}

function capitalised(given: string): Run[] {
	const text = plain(given);
	const runs: Run[] = [];
	let end = -1;
	for (const match of text.matchAll(WORD)) {
		const [word] = match;
		if ((CAPITALISED.test(word) || CODE.test(word)) && word !== "I") {
			const joined = runs.length > 0 && text.slice(end, match.index) === " ";
			if (!joined) runs.push([]);
			runs.at(-1)?.push({ word, first: SENTENCE_BEGINS.test(text.slice(0, match.index)) });
			end = match.index + word.length;
		}
	}
	return runs
		.map((run) => run.filter(({ word }) => !TITLES.has(word.toLowerCase()) && !isMonth(word)))
		.filter((run) => run.length > 0);
}

/** Without accents, capitals and what a genitive adds. */
export function foldName(word: string): string {
	const folded = fold(word.toLowerCase()).replace(/['’]s?$/, "");
	return /^(?:\p{L}\.)+\p{L}$/u.test(folded) ? folded.replaceAll(".", "") : folded;
}

/** All words of a text, folded as names are, and with what hyphens and dots join also apart. */
export function wordsOf(given: string): Set<string> {
	const words = plain(given).match(WORD) ?? [];
	return new Set(words.flatMap((word) => [word, ...word.split(/[-'’.&]/)]).map(foldName));
}

/** "WHO", as letters alone, of a text that has it. */
export function acronymsOf(given: string): Set<string> {
	return new Set(
		(plain(given).match(/(?<![\p{L}\p{N}])(?:\p{Lu}{2,}|(?:\p{Lu}\.){2,})(?![\p{L}\p{N}])/gu) ?? []).map((word) =>
			word.replaceAll(".", "").toLowerCase(),
		),
	);
}

/** "WHO" of "World Health Organization", for each run of capitalised words. */
export function initialsOf(given: string): Set<string> {
	const runs =
		plain(given).match(/\p{Lu}[\p{L}\p{M}]+(?: (?:(?:of|and|for|the|und|für|der|des) )?\p{Lu}[\p{L}\p{M}]+)+/gu) ?? [];
	return new Set(runs.map((run) => (run.match(/(?<=^| )\p{Lu}/gu) ?? []).join("").toLowerCase()));
}
