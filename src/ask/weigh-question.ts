import type { Handle } from "../db/handle.ts";
import { bestScore, idf } from "../lexical/bm25.ts";
import { questionWords } from "../lexical/question-words.ts";
import { searchable, searchableName } from "../lexical/searchable.ts";
import { analyseQuestions, getTerms } from "../store/index-terms.ts";
import type { IndexRow } from "../store/indexes.ts";
import type { WeightedTerm } from "./candidates.ts";

/** A question's words, each as the terms it may be stored under. */
export type QuestionWords = {
	asked: string[][];
	/** Of the questions before it. */
	earlier: string[][];
	/** The language it is asked in, where the index holds several and its words tell. */
	language: string | undefined;
	/** What names of documents are compared with: terms. */
	named: string[];
};

export type WeighedQuestion = {
	/** The terms that chunks of the index hold, each with its place in their vectors. */
	terms: (WeightedTerm & { id: number; idf: number })[];
	/** The most that a chunk could score, without what it gains by its language. */
	best: number;
};

/** "And in 2019?" means little without the question before it; but the new words decide. */
const BACKGROUND_WEIGHT = 0.3;

/** The words of a question and of those before it, in all languages that the index holds. */
export async function analyseQuestion(
	db: Handle,
	index: IndexRow,
	query: string,
	background: string,
): Promise<QuestionWords> {
	const texts = [searchable(query), searchable(background), searchableName(`${query} ${background}`)];
	const analyses = await analyseQuestions(db, index.languages, texts);
	const wordsOf = (place: number) =>
		questionWords(
			analyses.filter(({ text }) => text === place),
			index.languages,
		);
	const { language, words: asked } = wordsOf(0);
	return { asked, earlier: wordsOf(1).words, language, named: [...new Set(wordsOf(2).words.flat())] };
}

/**
 * What a question is searched by in an index. A word may be stored under several terms, one in each language; it counts
 * as one: by the chunks that hold any of them, and once in the best score.
 */
export async function weighQuestion(
	db: Handle,
	index: IndexRow,
	{ asked, earlier }: QuestionWords,
): Promise<WeighedQuestion> {
	const known = await getTerms(db, index, [...asked, ...earlier].flat());
	const weigh = (word: string[], weight: number) => {
		const found = word.flatMap((term) => {
			const row = known.get(term);
			return row && row.df > 0 ? [{ term, id: row.id, df: row.df }] : [];
		});
		const df = Math.min(
			index.chunk_count,
			found.reduce((sum, term) => sum + term.df, 0),
		);
		return { idf: weight * idf(df, index.chunk_count), terms: found.map(({ term, id }) => ({ term, id, df })) };
	};
	const own = new Set(asked.flat());
	const words = [
		...asked.map((word) => weigh(word, 1)),
		...earlier
			.filter((word) => !word.some((term) => own.has(term)))
			.map((word) => weigh(word, BACKGROUND_WEIGHT))
			.filter(({ terms }) => terms.length > 0),
	];
	return {
		terms: words.flatMap(({ terms, idf }) => terms.map((term) => ({ ...term, idf }))),
		best: bestScore(words.map(({ idf }) => idf)),
	};
}
