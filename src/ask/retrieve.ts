import type { Handle } from "../db/handle.ts";
import { ExcerptError } from "../errors.ts";
import type { Filter } from "../filter.ts";
import { anyOf } from "../lexical/lexemes.ts";
import { sparseVector } from "../lexical/sparse-vector.ts";
import type { Embedder } from "../models/embedder.ts";
import { vectorText } from "../models/vector-text.ts";
import { getActiveIndex, type IndexRow } from "../store/indexes.ts";
import { readScoredChunks } from "../store/passages.ts";
import { searchDense } from "../store/search-dense.ts";
import { searchLexical } from "../store/search-lexical.ts";
import { searchNames } from "../store/search-names.ts";
import type { Passage } from "../types.ts";
import { chooseCandidates } from "./candidates.ts";
import { EVEN, type FusionWeights, fuse } from "./fuse.ts";
import { roundScore } from "./round-score.ts";
import { weighQuestion } from "./weigh-question.ts";

export type Retrieval = {
	vectorStoreIds: string[];
	/** Each is searched by itself; a passage has the best of its scores. */
	queries: string[];
	/** Earlier questions of the conversation: their words count too, but less. */
	background: string;
	filter: Filter | null;
	limit: number;
	scoreThreshold: number;
	weights: FusionWeights | null;
	signal?: AbortSignal;
};

type Deps = { db: Handle; embedder: Embedder | null };

/** How many chunks each search brings to the fusion, at the least. */
const CANDIDATES = 100;

/** On SEC filings one to two times the document's score was best, 1.5 is the middle (ARCHITECTURE.md, "Retrieval"). */
const NAME_WEIGHT = 1.5;

/**
 * A chunk in the question's language gains as much as by a word that half of the chunks hold: of two texts that say the
 * same, the reader gets the one in the language of the question.
 */
const LANGUAGE_BONUS = Math.LN2;

/** The passages that fit the questions best, best first. A search that fails throws; it never comes back empty instead. */
export async function retrieve(deps: Deps, retrieval: Retrieval): Promise<Passage[]> {
	const best = new Map<string, Passage>();
	for (const id of retrieval.vectorStoreIds) {
		const index = await getActiveIndex(deps.db, id);
		if (!index) throw new ExcerptError("not_found", `No vector store found with id '${id}'.`);
		const embeddings = await embedQueries(deps.embedder, index, retrieval);
		for (const [place, query] of retrieval.queries.entries()) {
			for (const passage of await searchIndex(deps.db, index, query, embeddings?.[place] ?? null, retrieval)) {
				const known = best.get(passage.chunk_id);
				if (!known || known.score < passage.score) best.set(passage.chunk_id, passage);
			}
		}
	}
	return [...best.values()]
		.filter((passage) => roundScore(passage.score) >= retrieval.scoreThreshold)
		.toSorted((a, b) => b.score - a.score || a.file_id.localeCompare(b.file_id) || a.start - b.start)
		.slice(0, retrieval.limit);
}

/** One question asked of one index: terms, names, both searches, fusion. */
async function searchIndex(
	db: Handle,
	index: IndexRow,
	query: string,
	embedding: string | null,
	{ background, filter, limit, weights }: Retrieval,
): Promise<Passage[]> {
	const wanted = Math.max(CANDIDATES, limit * 2);
	const question = await weighQuestion(db, index, query, background);
	const idfs = sparseVector(question.terms.map(({ id, idf }) => [id, idf]));
	const names = await searchNames(db, index.id, question.nameTerms);
	const nameScores = new Map([...names].map(([fileId, score]) => [fileId, NAME_WEIGHT * score]));

	const candidates = chooseCandidates(question.terms, index.chunk_count);
	const lexical =
		candidates.length === 0
			? []
			: await searchLexical(db, {
					index_id: index.id,
					candidates: anyOf(candidates),
					idfs,
					documentScores: nameScores,
					filter,
					limit: wanted,
				});
	const dense =
		embedding === null ? [] : await searchDense(db, { index_id: index.id, embedding, filter, limit: wanted });

	const bonus = question.language === undefined ? 0 : LANGUAGE_BONUS;
	const bestLexical = question.best + bonus + Math.max(0, ...nameScores.values());
	const found = await readScoredChunks(db, index.id, [...new Set([...lexical, ...dense])], { idfs, embedding });
	return found.map(({ bm25, cosine, id, language, ...chunk }) => {
		const own = language === question.language ? bonus : 0;
		const raw = {
			lexical: bm25 + own + (nameScores.get(chunk.file_id) ?? 0),
			dense: embedding === null ? null : cosine,
		};
		const { score, ...scores } = fuse(raw, bestLexical, weights ?? EVEN);
		return { ...chunk, chunk_id: `chunk_${index.id}_${id}`, score, scores };
	});
}

/** The questions' vectors in pgvector's text form, or null where the index has none to compare them with. */
async function embedQueries(
	embedder: Embedder | null,
	index: IndexRow,
	{ queries, background, signal }: Retrieval,
): Promise<string[] | null> {
	if (index.embedding_model === null) return null;
	if (embedder?.model !== index.embedding_model) {
		throw new ExcerptError(
			"configuration",
			`This vector store was embedded with '${index.embedding_model}', and EMBEDDING_MODEL is ${embedder ? `'${embedder.model}'` : "not set"}. Set it back, or build a new index.`,
		);
	}
	const texts = queries.map((query) => (background ? `${background}\n${query}` : query));
	const vectors = await embedder.embed(texts, { signal });
	return vectors.map(vectorText);
}
