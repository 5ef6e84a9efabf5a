/**
 * US dollars for a million tokens: list prices of standard processing, as of June 2025. A model that is not here has no
 * price, and its receipts say null rather than guess.
 */
type Price = { input: number; cached_input: number; output: number };

const PRICES = new Map<string, Price>(
	Object.entries({
		extractive: { input: 0, cached_input: 0, output: 0 },
		"gpt-4o": { input: 2.5, cached_input: 1.25, output: 10 },
		"gpt-4o-mini": { input: 0.15, cached_input: 0.075, output: 0.6 },
		"gpt-4.1": { input: 2, cached_input: 0.5, output: 8 },
		"gpt-4.1-mini": { input: 0.4, cached_input: 0.1, output: 1.6 },
		"gpt-4.1-nano": { input: 0.1, cached_input: 0.025, output: 0.4 },
	}),
);

/** The price of a model; dated names (`gpt-4o-2024-11-20`) have their family's. */
export function priceOf(model: string): Price | undefined {
	return PRICES.get(model) ?? PRICES.get(model.replace(/-\d{4}-\d{2}-\d{2}$/, ""));
}

/** US dollars of a call, or null where the model's price is not known. */
export function costOf(
	model: string,
	usage: { input_tokens: number; cached_tokens: number; output_tokens: number },
): number | null {
	const price = priceOf(model);
	if (!price) return null;
	const fresh = usage.input_tokens - usage.cached_tokens;
	return (fresh * price.input + usage.cached_tokens * price.cached_input + usage.output_tokens * price.output) / 1e6;
}
