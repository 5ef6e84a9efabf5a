import { expect, test } from "vitest";
import { type Analysis, questionWords } from "../../src/lexical/question-words.ts";

/** What Postgres makes of a question: per language the term at each place, counted from 1; "" is a stop word. */
function analysesOf(byLanguage: Record<string, string>): [Analysis[], string[]] {
	const analyses = Object.entries(byLanguage).flatMap(([language, terms]) =>
		terms.split(" ").flatMap((term, i) => (term === "-" ? [] : [{ language, term, places: [i + 1] }])),
	);
	return [analyses, Object.keys(byLanguage)];
}

test.each([
	{
		name: "in one language each term is a word",
		given: { english: "- panther defens" },
		found: { language: undefined, words: [["panther"], ["defens"]] },
	},
	{
		name: "a word has a term for each language that stems it otherwise",
		given: { english: "- verteidigung", german: "- verteidig" },
		found: { language: undefined, words: [["verteidigung", "verteidig"]] },
	},
	{
		name: "the language with the most stop words is the question's, and its stop words are dropped",
		given: { english: "die haus von -", german: "- haus - in" },
		found: { language: "german", words: [["haus"], ["in"]] },
	},
	{
		name: "a stop word of another language counts",
		given: { english: "- - war", german: "when the -" },
		found: { language: "english", words: [["war"]] },
	},
	{
		name: "where nothing tells the language nothing is dropped",
		given: { english: "- war", german: "was -" },
		found: { language: undefined, words: [["was"], ["war"]] },
	},
	{
		name: "two forms that meet in one language are one word",
		given: { english: "hauser haus", german: "haus haus" },
		found: { language: undefined, words: [["hauser", "haus"]] },
	},
	{
		name: "terms are found without accents",
		given: { english: "zürich", german: "zurich" },
		found: { language: undefined, words: [["zurich"]] },
	},
	{ name: "without a word there is none", given: { english: "-" }, found: { language: undefined, words: [] } },
])("$name", ({ given, found }) => {
	expect(questionWords(...analysesOf(given as Record<string, string>))).toEqual(found);
});
