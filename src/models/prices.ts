/** US dollars for a million tokens. `as_of`: the day on which it was the list price; null where it is none, but set or free. */
export type Price = { input: number; cached_input: number; output: number; as_of: string | null };

/**
 * List prices of standard processing, as @pydantic/genai-prices 0.1.8 (MIT) had collected them from the providers' price
 * pages by that day. A model that is not here has no price, and its receipts say null rather than guess.
 */
export const PRICES_AS_OF = "2026-09-23";

/** Input, cached input, output; and where long prompts cost more, the most input tokens that these hold for. */
const LISTED: Record<string, [number, number, number, number?]> = {
	"gpt-4o": [2.5, 1.25, 10],
	"gpt-4o-2024-05-13": [5, 5, 15],
	"gpt-4o-mini": [0.15, 0.075, 0.6],
	"gpt-4.1": [2, 0.5, 8],
	"gpt-4.1-mini": [0.4, 0.1, 1.6],
	"gpt-4.1-nano": [0.1, 0.025, 0.4],
	"gpt-5": [1.25, 0.125, 10],
	"gpt-5-mini": [0.25, 0.025, 2],
	"gpt-5-nano": [0.05, 0.005, 0.4],
	"gpt-5.1": [1.25, 0.125, 10],
	"gpt-5.2": [1.75, 0.175, 14],
	"gpt-5.4": [2.5, 0.25, 15, 272_000],
	"gpt-5.4-mini": [0.75, 0.075, 4.5],
	"gpt-5.4-nano": [0.2, 0.02, 1.25],
	"gpt-5.5": [5, 0.5, 30, 272_000],
	"gpt-5.6-luna": [0.2, 0.02, 1.2, 272_000],
	"gpt-5.6-sol": [4, 0.4, 20, 272_000],
	"gpt-5.6-terra": [2, 0.2, 12, 272_000],
	"gpt-6-astra": [10, 1, 50, 272_000],
	"gpt-6-luna": [0.1, 0.01, 0.5, 272_000],
	"gpt-6-sol": [2, 0.2, 10, 272_000],
	o3: [2, 0.5, 8],
	"o3-mini": [1.1, 0.55, 4.4],
	"o4-mini": [1.1, 0.275, 4.4],
	"claude-haiku-4-5": [1, 0.1, 5],
	"claude-sonnet-4-5": [3, 0.3, 15, 200_000],
	"claude-sonnet-4-6": [3, 0.3, 15],
	"claude-sonnet-5": [2, 0.2, 10],
	"claude-opus-4-5": [5, 0.5, 25],
	"claude-opus-4-6": [5, 0.5, 25],
	"claude-opus-4-7": [5, 0.5, 25],
	"claude-opus-4-8": [5, 0.5, 25],
	"claude-opus-5": [5, 0.5, 25],
	"claude-opus-5-5": [4, 0.2, 20],
	"claude-fable-5": [10, 1, 50],
	"claude-fable-5-1": [10, 0.25, 50],
	"gemini-2.5-flash": [0.3, 0.03, 2.5],
	"gemini-2.5-flash-lite": [0.1, 0.01, 0.4],
	"gemini-2.5-pro": [1.25, 0.125, 10, 200_000],
	"gemini-3-flash-preview": [0.5, 0.05, 3],
	"gemini-3-pro-preview": [2, 0.2, 12, 200_000],
	"gemini-3.1-flash-lite": [0.25, 0.025, 1.5],
	"gemini-3.1-pro-preview": [2, 0.2, 12, 200_000],
	"gemini-3.5-flash": [1.5, 0.15, 9],
	"gemini-3.5-flash-lite": [0.3, 0.03, 2.5],
	"mistral-small-2603": [0.15, 0.015, 0.6],
	"mistral-medium-3-5": [1.5, 0.15, 7.5],
	"mistral-large-2512": [0.5, 0.05, 1.5],
	"ministral-8b-2512": [0.15, 0.015, 0.15],
	"ministral-14b-2512": [0.2, 0.02, 0.2],
	// These embed, and write nothing.
	"text-embedding-3-small": [0.02, 0.02, 0],
	"text-embedding-3-large": [0.13, 0.13, 0],
	"text-embedding-ada-002": [0.1, 0.1, 0],
};

const LIST = new Map(Object.entries(LISTED));

/** The makers of these models; what others ask for the same ones is not known here. */
const MAKERS = /^(openai|anthropic|google-genai|mistralai):/;
/** `gpt-4o-2024-11-20`, `claude-haiku-4-5-20251001`: a dated name has its family's price. */
const DATE = /-(\d{4}-\d{2}-\d{2}|\d{8})$/;

const FREE: Price = { input: 0, cached_input: 0, output: 0, as_of: null };

/** The prices there are: the settings' own, by the name of a model as it answers, before those of the list. */
export class Prices {
	readonly #own: Map<string, Omit<Price, "as_of">>;

	constructor(own: Map<string, Omit<Price, "as_of">> = new Map()) {
		this.#own = own;
	}

	/** What a model takes for a call with so much input; null where that is not known. */
	of(model: string, inputTokens = 0): Price | null {
		const own = this.#own.get(model);
		if (own) return { ...own, as_of: null };
		if (model === "extractive") return FREE;
		const name = model.replace(MAKERS, "");
		const listed = LIST.get(name) ?? LIST.get(name.replace(DATE, ""));
		if (!listed) return null;
		const [input, cached_input, output, most = Number.POSITIVE_INFINITY] = listed;
		return inputTokens > most ? null : { input, cached_input, output, as_of: PRICES_AS_OF };
	}
}

/** US dollars of a call at that price. */
export function costAt(
	{ input, cached_input, output }: Price,
	usage: { input_tokens: number; cached_tokens: number; output_tokens: number },
): number {
	const fresh = usage.input_tokens - usage.cached_tokens;
	return (fresh * input + usage.cached_tokens * cached_input + usage.output_tokens * output) / 1e6;
}

/** US dollars of so much input alone, as of texts that are embedded; null where the model's price is not known, 0 without a model. */
export function costOfInput(prices: Prices, model: string | null, input_tokens: number): number | null {
	if (model === null || input_tokens === 0) return 0;
	const price = prices.of(model, input_tokens);
	return price && costAt(price, { input_tokens, cached_tokens: 0, output_tokens: 0 });
}
