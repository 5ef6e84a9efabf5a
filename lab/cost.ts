import type { Prices } from "../src/models/prices.ts";

/** US dollars of embedding so many tokens; null where the model's price is not known. */
export function costOfBuild(prices: Prices, model: string | null, tokens: number): number | null {
	return tokens === 0 ? 0 : costOfInput(prices, { model, tokens });
}

/**
 * US dollars of the input of a thousand questions: the excerpts that are sent to the model that answers, and the question's
 * vector. What is written back costs the same whatever the settings. Null where a price is not known, or nobody answers.
 */
export function costOfThousand(prices: Prices, sent: Input, embedded: Input): number | null {
	const excerpts = sent.model === null ? null : costOfInput(prices, sent);
	const vector = costOfInput(prices, embedded);
	return excerpts === null || vector === null ? null : 1000 * (excerpts + vector);
}

type Input = { model: string | null; tokens: number };

function costOfInput(prices: Prices, { model, tokens }: Input): number | null {
	if (model === null) return 0;
	const price = prices.of(model, tokens);
	return price && (tokens * price.input) / 1e6;
}
