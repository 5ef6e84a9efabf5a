/** A way to search: the weights of its two searches, as the wire takes them. */
export type Way = { name: string; ranking: { hybrid_search?: { embedding_weight: number; text_weight: number } } };

/** Lexical search alone, and beside it dense and hybrid search where there is an embedding model. */
export function waysOf(embeddingModel: string | null): Way[] {
	if (embeddingModel === null) return [{ name: "lexical", ranking: {} }];
	return [
		{ name: "lexical", ranking: { hybrid_search: { embedding_weight: 0, text_weight: 1 } } },
		{ name: "dense", ranking: { hybrid_search: { embedding_weight: 1, text_weight: 0 } } },
		{ name: "hybrid", ranking: {} },
	];
}
