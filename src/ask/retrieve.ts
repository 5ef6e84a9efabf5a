import type { Handle } from "../db/handle.ts";
import { ExcerptError } from "../errors.ts";
import type { Filter } from "../filter.ts";
import type { Embedder } from "../models/embedder.ts";
import { vectorText } from "../models/vector-text.ts";
import { getActiveIndex, type IndexRow } from "../store/indexes.ts";
import type { Passage } from "../types.ts";
import type { FusionWeights } from "./fuse.ts";
import { roundScore } from "./round-score.ts";
import { searchIndex } from "./search-index.ts";

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

/** The passages that fit the questions best, best first. A search that fails throws; it never comes back empty instead. */
export async function retrieve(deps: Deps, retrieval: Retrieval): Promise<Passage[]> {
	const best = new Map<string, Passage>();
	for (const id of retrieval.vectorStoreIds) {
		const index = await getActiveIndex(deps.db, id);
		if (!index) throw new ExcerptError("not_found", `No vector store found with id '${id}'.`);
		const embeddings = await embedQueries(deps.embedder, index, retrieval);
		for (const [place, query] of retrieval.queries.entries()) {
			const embedding = embeddings?.[place] ?? null;
			const { hits } = await searchIndex(deps.db, index, { ...retrieval, query, embedding });
			for (const { passage } of hits) {
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
