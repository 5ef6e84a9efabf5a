import type { Embedder } from "../models/embedder.ts";
import { vectorText } from "../models/vector-text.ts";
import type { IndexRow } from "../store/indexes.ts";
import { type Query, withBackground } from "./plan-queries.ts";

/** The queries' vectors in pgvector's text form, asked for once for all indexes; null where none has vectors. */
export async function embedQueries(
	embedder: Embedder | null,
	indexes: IndexRow[],
	queries: Query[],
	signal: AbortSignal | undefined,
): Promise<string[] | null> {
	if (!embedder || indexes.every((index) => index.embedding_model === null)) return null;
	const vectors = await embedder.embed(queries.map(withBackground), { signal });
	return vectors.map(vectorText);
}
