import { InvalidArgumentError } from "commander";
import type { ChunkingStrategy } from "../chunking-strategy.ts";
import { parseStrategy } from "./parse-strategy.ts";

/** As the API takes them; what is left out is as in the active index. */
export type SettingsRequest = {
	name: string;
	chunking_strategy?: ChunkingStrategy;
	embedding_model?: string | null;
	context?: { passage_tokens: number };
};

export type SettingsFlags = { chunk: string[]; embeddingModel: string[]; passageTokens: string[]; baseline: boolean };

/** What the active settings are called where they are compared. */
const ACTIVE = "active";

/**
 * Every chunk setting with every embedding model and every budget, the active ones first: what others are measured
 * against is what people are answered by today. Names are as things were typed. Throws commander's error.
 */
export function comparedSettings({ chunk, embeddingModel, passageTokens, baseline }: SettingsFlags): SettingsRequest[] {
	const bare =
		chunk.length === 0 ? [{ name: "" }] : chunk.map((text) => ({ name: text, chunking_strategy: parse(text) }));
	const models = embeddingModel.map((model) => ({
		name: model === "none" ? "no embedding" : model,
		embedding_model: model === "none" ? null : model,
	}));
	const others = models.length === 0 ? bare : bare.flatMap((one) => models.map((model) => join(one, model)));
	const built = others.filter(({ name }) => name !== "");
	const budgets = passageTokens.map((tokens) => ({
		name: passageTokens.length > 1 ? `in ${tokens}` : "",
		context: { passage_tokens: parseTokens(tokens) },
	}));
	const all = baseline || built.length === 0 ? [{ name: ACTIVE }, ...built] : built;
	return budgets.length === 0 ? all : all.flatMap((one) => budgets.map((budget) => join(one, budget)));
}

function join(one: SettingsRequest, other: SettingsRequest): SettingsRequest {
	return { ...one, ...other, name: [one.name, other.name].filter(Boolean).join(" ") };
}

function parse(text: string): ChunkingStrategy {
	try {
		return parseStrategy(text);
	} catch (error) {
		if (error instanceof InvalidArgumentError) error.message = `option '--chunk ${text}': ${error.message}`;
		throw error;
	}
}

function parseTokens(text: string): number {
	if (/^[1-9]\d*$/.test(text)) return Number(text);
	throw new InvalidArgumentError(`option '--passage-tokens ${text}': is no number of tokens`);
}
