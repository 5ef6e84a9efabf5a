import type { Handle } from "../db/handle.ts";
import type { Filter } from "../filter.ts";
import { anyOf } from "../lexical/lexemes.ts";
import { sparseVector } from "../lexical/sparse-vector.ts";
import type { IndexRow } from "../store/indexes.ts";
import { readScoredChunks } from "../store/passages.ts";
import { searchLexical } from "../store/search-lexical.ts";
import { searchNames } from "../store/search-names.ts";
import type { Hit, QuestionTrace } from "./candidate.ts";
import { chooseCandidates } from "./candidates.ts";
import { EVEN, type FusionWeights, fuse } from "./fuse.ts";
import { nearestChunks } from "./nearest-chunks.ts";
import { weighQuestion } from "./weigh-question.ts";

export type IndexSearch = {
	query: string;
	/** The query's vector in pgvector's text form; null where the index has none to compare it with. */
	embedding: string | null;
	/** Earlier questions of the conversation: their words count too, but less. */
	background: string;
	filter: Filter | null;
	limit: number;
	weights: FusionWeights | null;
};

/** How many chunks each search brings to the fusion, at the least. */
const CANDIDATES = 100;

/** On SEC filings one to two times the document's score was best, 1.5 is the middle (ARCHITECTURE.md, "Retrieval"). */
const NAME_WEIGHT = 1.5;

/**
 * A chunk in the question's language gains as much as by a word that half of the chunks hold: of two texts that say the
 * same, the reader gets the one in the language of the question.
 */
const LANGUAGE_BONUS = Math.LN2;

/** One question asked of one index: terms, names, both searches, fusion. */
export async function searchIndex(
	db: Handle,
	index: IndexRow,
	{ query, embedding, background, filter, limit, weights }: IndexSearch,
): Promise<{ hits: Hit[]; lexical: number; dense: number }> {
	const wanted = Math.max(CANDIDATES, limit * 2);
	// A search that counts for nothing is not made; where there is no other it counts for all.
	const byWords = weights?.lexical === 0 && embedding !== null ? 0 : wanted;
	const [words, dense] = await Promise.all([
		findByWords(db, index, { query, background, filter, limit: byWords }),
		embedding === null ? [] : nearestChunks(db, index, { embedding, filter, limit: wanted }),
	]);
	const { question, idfs, nameScores } = words;
	const bonus = question.language === undefined ? 0 : LANGUAGE_BONUS;
	const bestLexical = question.best + bonus + Math.max(0, ...nameScores.values());
	const found = await readScoredChunks(db, index.id, [...new Set([...words.found, ...dense])], { idfs, embedding });
	const trace: QuestionTrace = { query, index_id: index.id, terms: question.terms, best: bestLexical };
	const hits = found.map(({ bm25, cosine, id, language, revision, ...chunk }) => {
		const own = language === question.language ? bonus : 0;
		const name = nameScores.get(revision) ?? 0;
		const raw = {
			lexical: bm25 + own + name,
			dense: embedding === null ? null : cosine,
		};
		const { score, ...scores } = fuse(raw, bestLexical, weights ?? EVEN);
		const chunk_id = `chunk_${index.id}_${id}`;
		const passage = { ...chunk, chunk_id, score, scores: { ...scores, rerank: null } };
		const ranks = { lexical: placeIn(words.found, id), dense: placeIn(dense, id) };
		return { passage, trace, id, gains: { name, language: own }, ranks };
	});
	return { hits, lexical: words.found.length, dense: dense.length };
}

/** The place that a search gave a chunk, from 1; null where it did not find it. */
function placeIn(ids: number[], id: number): number | null {
	return ids.indexOf(id) + 1 || null;
}

/** Terms, names, BM25: the chunks that hold the question's words, with what they were weighed by. */
async function findByWords(
	db: Handle,
	index: IndexRow,
	{ query, background, filter, limit }: Pick<IndexSearch, "query" | "background" | "filter" | "limit">,
) {
	const question = await weighQuestion(db, index, query, background);
	const idfs = sparseVector(question.terms.map(({ id, idf }) => [id, idf]));
	const names = await searchNames(db, index.id, question.nameTerms);
	const nameScores = new Map([...names].map(([revision, score]) => [revision, NAME_WEIGHT * score]));
	const candidates = chooseCandidates(question.terms, index.chunk_count);
	const search = { index_id: index.id, candidates: anyOf(candidates), idfs, documentScores: nameScores, filter, limit };
	const found = candidates.length === 0 || limit === 0 ? [] : await searchLexical(db, search);
	return { question, idfs, nameScores, found };
}
