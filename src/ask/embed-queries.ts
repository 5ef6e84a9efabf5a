import type { Embedder } from "../models/embedder.ts";
import { vectorText } from "../models/vector-text.ts";
import type { IndexRow } from "../store/indexes.ts";
import type { FusionWeights } from "./fuse.ts";
import { type Query, withBackground } from "./plan-queries.ts";

/**
 * The queries' vectors in pgvector's text form, asked for once for all indexes; null where none has vectors. They come
 * while words are being searched for.
 */
export function embedQueries(
	embedder: Embedder | null,
	indexes: IndexRow[],
	queries: Query[],
	{ weights, signal }: { weights: FusionWeights | null; signal?: AbortSignal },
): Promise<string[]> | null {
	// A search that counts for nothing is not made, nor paid for.
	if (weights?.dense === 0) return null;
	if (!embedder || indexes.every((index) => index.embedding_model === null)) return null;
	const embeddings = embedder.embed(queries.map(withBackground), { signal }).then((vectors) => vectors.map(vectorText));
	// Heard by whoever needs them; where the search by words has failed before, by nobody, which would end the process.
	embeddings.catch(() => {});
	return embeddings;
}
