import type { Embedder } from "../models/embedder.ts";
import { vectorText } from "../models/vector-text.ts";
import type { IndexRow } from "../store/indexes.ts";
import type { FusionWeights } from "./fuse.ts";
import { type Query, withBackground } from "./plan-queries.ts";

/**
 * The queries' vectors in pgvector's text form, by embedding model: asked for once for all indexes of the same one. They
 * come while words are being searched for.
 */
export function embedQueries(
	embedder: Embedder | null,
	indexes: IndexRow[],
	queries: Query[],
	{ weights, signal }: { weights: FusionWeights | null; signal?: AbortSignal },
): Map<string, Promise<string[]>> {
	const embeddings = new Map<string, Promise<string[]>>();
	// A search that counts for nothing is not made, nor paid for.
	if (weights?.dense === 0 || !embedder) return embeddings;
	for (const { embedding_model: model } of indexes) {
		if (model === null || embeddings.has(model)) continue;
		const made = embedder
			.withModel(model)
			.embed(queries.map(withBackground), { signal })
			.then((vectors) => vectors.map(vectorText));
		// Heard by whoever needs them; where the search by words has failed before, by nobody, which would end the process.
		made.catch(() => {});
		embeddings.set(model, made);
	}
	return embeddings;
}
