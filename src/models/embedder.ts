/** Turns texts into vectors. One model per embedder; vectors of different models never meet in an index. */
export type Embedder = {
	readonly model: string;
	/** What it is asked for; undefined: what the model makes by itself. */
	readonly dimensions?: number;
	/**
	 * One vector for each text, in order. The caller keeps a request to `maxTexts` texts and `maxTokens` tokens in all.
	 * Throws `ExcerptError` (`upstream_error`, `retryable` where trying again may help).
	 */
	embed(texts: string[], options?: { signal?: AbortSignal }): Promise<Embedding[]>;
	readonly maxTexts: number;
	readonly maxTokens: number;
	/** The same server, asked for another model: a store's indexes may be of several. */
	withModel(model: string): Embedder;
};

export type Embedding = number[];
