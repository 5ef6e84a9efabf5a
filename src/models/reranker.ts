/** Says how well each of a few texts answers a query: a model that reads both together. */
export type Reranker = {
	/**
	 * One score in 0..1 for each text, in their order. Throws `ExcerptError` (`upstream_error`, `rate_limit_exceeded`).
	 */
	rerank(query: string, texts: string[], options?: { signal?: AbortSignal }): Promise<number[]>;
};
