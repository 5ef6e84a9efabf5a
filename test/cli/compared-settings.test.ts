import { expect, test } from "vitest";
import { comparedSettings } from "../../src/cli/compared-settings.ts";

const flags = { chunk: [], embeddingModel: [], passageTokens: [], baseline: true };
const SENTENCES = { type: "sentence", sentence: { max_tokens: 50, overlap_tokens: 0 } };
const PAGES = { type: "page", page: { max_tokens: 800 } };

test.each([
	["nothing but the active settings", {}, [{ name: "active" }]],
	[
		"chunk settings behind the active ones",
		{ chunk: ["sentence:50", "page"] },
		[
			{ name: "active" },
			{ name: "sentence:50", chunking_strategy: SENTENCES },
			{ name: "page", chunking_strategy: PAGES },
		],
	],
	["chunk settings alone", { chunk: ["page"], baseline: false }, [{ name: "page", chunking_strategy: PAGES }]],
	["the active settings where nothing else is named", { baseline: false }, [{ name: "active" }]],
	[
		"models on the active chunks",
		{ embeddingModel: ["large", "none"] },
		[{ name: "active" }, { name: "large", embedding_model: "large" }, { name: "no embedding", embedding_model: null }],
	],
	[
		"each chunk setting with each model",
		{ chunk: ["page"], embeddingModel: ["large", "none"], baseline: false },
		[
			{ name: "page large", chunking_strategy: PAGES, embedding_model: "large" },
			{ name: "page no embedding", chunking_strategy: PAGES, embedding_model: null },
		],
	],
	[
		"one budget for all, of which names say nothing",
		{ chunk: ["page"], passageTokens: ["500"] },
		[
			{ name: "active", context: { passage_tokens: 500 } },
			{ name: "page", chunking_strategy: PAGES, context: { passage_tokens: 500 } },
		],
	],
	[
		"each of the settings with each budget, the active ones with the first of them in front",
		{ passageTokens: ["500", "1000"] },
		[
			{ name: "active in 500", context: { passage_tokens: 500 } },
			{ name: "active in 1000", context: { passage_tokens: 1000 } },
		],
	],
])("compares %s", (_, given, settings) => {
	expect(comparedSettings({ ...flags, ...given })).toEqual(settings);
});

test.each([
	[{ chunk: ["tiny"] }, /option '--chunk tiny': there are auto, static/],
	[{ passageTokens: ["many"] }, /option '--passage-tokens many'/],
	[{ passageTokens: ["0"] }, /option '--passage-tokens 0'/],
])("refuses %j", (given, message) => {
	expect(() => comparedSettings({ ...flags, ...given })).toThrow(message);
});
