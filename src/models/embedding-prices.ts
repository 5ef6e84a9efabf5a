/** US dollars for a million tokens, OpenAI's list prices. A model that is not here has no price: null rather than a guess. */
const PRICES = new Map([
	["text-embedding-3-small", 0.02],
	["text-embedding-3-large", 0.13],
	["text-embedding-ada-002", 0.1],
]);

/** US dollars of embedding so many tokens, or null where the model's price is not known. */
export function costOfEmbedding(model: string | null, tokens: number): number | null {
	if (model === null || tokens === 0) return 0;
	const price = PRICES.get(model);
	return price === undefined ? null : (tokens * price) / 1e6;
}
