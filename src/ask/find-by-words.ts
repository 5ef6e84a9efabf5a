import type { Handle } from "../db/handle.ts";
import type { Filter } from "../filter.ts";
import { anyOf } from "../lexical/lexemes.ts";
import { sparseVector } from "../lexical/sparse-vector.ts";
import type { IndexRow } from "../store/indexes.ts";
import type { WordScore } from "../store/score-chunks.ts";
import { searchLexical } from "../store/search-lexical.ts";
import { searchNames } from "../store/search-names.ts";
import { chooseCandidates } from "./candidates.ts";
import { analyseQuestion, type WeighedQuestion, weighQuestion } from "./weigh-question.ts";

export type FoundByWords = {
	question: WeighedQuestion;
	/** That the question is asked in, where the index holds several and its words tell. */
	language: string | undefined;
	/** The question's IDFs as a sparsevec. */
	idfs: string;
	/** What a chunk gains by its document's name and title, by the document's live revision. */
	nameScores: Map<number, number>;
	/** Best first, by BM25 and name. */
	found: WordScore[];
};

/** On SEC filings one to two times the document's score was best, 1.5 is the middle (ARCHITECTURE.md, "Retrieval"). */
const NAME_WEIGHT = 1.5;

/** The chunks that hold the question's words, with what they were weighed by. A `limit` of 0 only weighs the question. */
export async function findByWords(
	db: Handle,
	index: IndexRow,
	{ query, background, filter, limit }: { query: string; background: string; filter: Filter | null; limit: number },
): Promise<FoundByWords> {
	const words = await analyseQuestion(db, index, query, background);
	const [question, names] = await Promise.all([
		weighQuestion(db, index, words),
		searchNames(db, index.id, words.named),
	]);
	const idfs = sparseVector(question.terms.map(({ id, idf }) => [id, idf]));
	const nameScores = new Map([...names].map(([revision, score]) => [revision, NAME_WEIGHT * score]));
	const { terms, most } = chooseCandidates(question.terms, index.chunk_count);
	const search = {
		index_id: index.id,
		candidates: anyOf(terms),
		most,
		idfs,
		documentScores: nameScores,
		filter,
		limit,
	};
	const found = most === 0 || limit === 0 ? [] : await searchLexical(db, search);
	return { question, language: words.language, idfs, nameScores, found };
}
