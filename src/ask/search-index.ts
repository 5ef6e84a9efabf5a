import type { Handle } from "../db/handle.ts";
import type { Filter } from "../filter.ts";
import type { IndexRow } from "../store/indexes.ts";
import { scoreVectors, scoreWords, type WordScore } from "../store/score-chunks.ts";
import type { Hit, QuestionTrace } from "./candidate.ts";
import { findByWords } from "./find-by-words.ts";
import { EVEN, type FusionWeights, fuse } from "./fuse.ts";
import { nearestChunks } from "./nearest-chunks.ts";

export type IndexSearch = {
	query: string;
	/** The query's vector in pgvector's text form, to come; null where the index has none to compare it with. */
	embedding: Promise<string> | null;
	/** Earlier questions of the conversation: their words count too, but less. */
	background: string;
	filter: Filter | null;
	limit: number;
	weights: FusionWeights | null;
};

/** How many chunks each search brings to the fusion, at the least. */
const CANDIDATES = 100;

/**
 * A chunk in the question's language gains as much as by a word that half of the chunks hold: of two texts that say the
 * same, the reader gets the one in the language of the question.
 */
const LANGUAGE_BONUS = Math.LN2;

/** One question asked of one index: by words and by vector, each search's chunks scored by the other too, and fused. */
export async function searchIndex(
	db: Handle,
	index: IndexRow,
	{ query, embedding, background, filter, limit, weights }: IndexSearch,
): Promise<{ hits: Hit[]; lexical: number; dense: number }> {
	const wanted = Math.max(CANDIDATES, limit * 2);
	// A search that counts for nothing is not made; where there is no other it counts for all.
	const byWords = weights?.lexical === 0 && embedding !== null ? 0 : wanted;
	const [words, near] = await Promise.all([
		findByWords(db, index, { query, background, filter, limit: byWords }),
		embedding === null
			? []
			: embedding.then((vector) => nearestChunks(db, index, { embedding: vector, filter, limit: wanted })),
	]);
	const { question, language: asked, idfs, nameScores } = words;
	const lexicalRanks = placesOf(words.found);
	const denseRanks = placesOf(near);
	const [moreWords, moreVectors] = await Promise.all([
		scoreWords(db, index.id, idsOnlyIn(denseRanks, lexicalRanks), idfs),
		embedding === null ? [] : scoreVectors(db, index.id, idsOnlyIn(lexicalRanks, denseRanks), await embedding),
	]);

	const bonus = asked === undefined ? 0 : LANGUAGE_BONUS;
	const bestLexical = question.best + bonus + Math.max(0, ...nameScores.values());
	const trace: QuestionTrace = { query, index_id: index.id, terms: question.terms, best: bestLexical };
	const cosines = new Map([...near, ...moreVectors].map(({ id, cosine }) => [id, cosine]));
	const toHit = ({ id, revision, language, bm25 }: WordScore): Hit => {
		const gains = { name: nameScores.get(revision) ?? 0, language: language === asked ? bonus : 0 };
		const raw = {
			lexical: bm25 + gains.name + gains.language,
			dense: embedding === null ? null : (cosines.get(id) ?? null),
		};
		const { score, ...scores } = fuse(raw, bestLexical, weights ?? EVEN);
		const ranks = { lexical: lexicalRanks.get(id) ?? null, dense: denseRanks.get(id) ?? null };
		return { chunk_id: `chunk_${index.id}_${id}`, id, score, scores: { ...scores, rerank: null }, trace, gains, ranks };
	};
	return { hits: [...words.found, ...moreWords].map(toHit), lexical: words.found.length, dense: near.length };
}

/** The place that a search gave each chunk, from 1. */
function placesOf(found: { id: number }[]): Map<number, number> {
	return new Map(found.map(({ id }, place) => [id, place + 1]));
}

function idsOnlyIn(these: Map<number, number>, those: Map<number, number>): number[] {
	return [...these.keys()].filter((id) => !those.has(id));
}
