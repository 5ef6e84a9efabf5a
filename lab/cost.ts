import { costOfInput, type Prices } from "../src/models/prices.ts";

type Input = { model: string | null; tokens: number };

/**
 * US dollars of the input of a thousand questions: the excerpts that are sent to the model that answers, and the question's
 * vector. What is written back costs the same whatever the settings. Null where a price is not known, or nobody answers.
 */
export function costOfThousand(prices: Prices, sent: Input, embedded: Input): number | null {
	const excerpts = sent.model === null ? null : costOfInput(prices, sent.model, sent.tokens);
	const vector = costOfInput(prices, embedded.model, embedded.tokens);
	return excerpts === null || vector === null ? null : 1000 * (excerpts + vector);
}
