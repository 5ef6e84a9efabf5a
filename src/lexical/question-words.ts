import { fold } from "./fold.ts";

/** What one language makes of a question: each term with the places of its words, which are the same in all languages. */
export type Analysis = { language: string; term: string; places: number[] };

/**
 * The words of a question, each as the terms it may be stored under: chunks of each language hold their own stem of it.
 * The language with the most stop words is the question's; its stop words are dropped, though others would keep them (in
 * German "die" is an article). Where two have as many, or there is one alone, `language` is undefined and nothing is
 * dropped.
 */
export function questionWords(
	analyses: Analysis[],
	languages: string[],
): { language: string | undefined; words: string[][] } {
	const kept = new Map(languages.map((language) => [language, new Set<number>()]));
	const termsAt = new Map<number, Set<string>>();
	for (const { language, term, places } of analyses) {
		for (const place of places) {
			kept.get(language)?.add(place);
			termsAt.set(place, (termsAt.get(place) ?? new Set()).add(fold(term)));
		}
	}
	const [least, next] = [...kept].toSorted(([, a], [, b]) => a.size - b.size);
	const [language, meant] = least && next && least[1].size < next[1].size ? least : [];

	const words: Set<string>[] = [];
	const wordOf = new Map<string, Set<string>>();
	for (const [place, terms] of [...termsAt].toSorted(([a], [b]) => a - b)) {
		if (meant && !meant.has(place)) continue;
		// Two forms of one word that meet in any language's stem are one.
		let word = [...terms].map((term) => wordOf.get(term)).find((known) => known !== undefined);
		if (!word) {
			word = new Set();
			words.push(word);
		}
		for (const term of terms) {
			if (wordOf.has(term)) continue;
			wordOf.set(term, word);
			word.add(term);
		}
	}
	return { language, words: words.map((word) => [...word]) };
}
