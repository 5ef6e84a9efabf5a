import { expect, test } from "vitest";
import { readScores, rerankBody } from "../../src/models/rerank-protocol.ts";

test("without a model the texts go as Text Embeddings Inference takes them, with one as all others do", () => {
	expect(rerankBody("", "q", ["a", "b"])).toEqual({ query: "q", texts: ["a", "b"], raw_scores: false, truncate: true });
	expect(rerankBody("m", "q", ["a", "b"])).toEqual({
		model: "m",
		query: "q",
		documents: ["a", "b"],
		top_n: 2,
	});
});

const ranked = [
	{ index: 1, relevance_score: 0.9 },
	{ index: 0, relevance_score: 0.2 },
];
test.each([
	[
		"Text Embeddings Inference",
		[
			{ index: 1, score: 0.9 },
			{ index: 0, score: 0.2, text: "a" },
		],
	],
	["Jina, Cohere, vLLM and LiteLLM", { id: "x", results: ranked, meta: null }],
	["Voyage", { object: "list", data: ranked }],
	[
		"gateways that mix them",
		{
			results: [
				{ index: 1, score: 0.9 },
				{ index: 0, score: 0.2 },
			],
		},
	],
])("the answer of %s is read in the order of the texts", (_name, answer) => {
	expect(readScores(answer, 2)).toEqual([0.2, 0.9]);
});

test.each([
	["a web page", "<!doctype html>"],
	["nothing", null],
	["an error", { error: "no" }],
	["fewer than asked for", { results: ranked.slice(0, 1) }],
	[
		"a score that is no number",
		[
			{ index: 0, score: "0.2" },
			{ index: 1, score: 0.9 },
		],
	],
	[
		"a score that is not finite",
		[
			{ index: 0, score: null },
			{ index: 1, score: 0.9 },
		],
	],
	["a list of something else", [null, 5]],
])("%s is an error that says what to check", (_name, answer) => {
	expect(() => readScores(answer, 2)).toThrow(/no score for text \d of 2\. Check that RERANK_URL/);
});
