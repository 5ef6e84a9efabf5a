import { expect, test } from "vitest";
import { fusionWeights, rankingOptions } from "../../src/wire/ranking-options.ts";

test("what a client leaves out is the default of the hosted service", () => {
	expect(rankingOptions.parse({})).toEqual({ ranker: "auto", score_threshold: 0 });
});

test.each(["none", "auto", "default-2024-11-15"])("the ranker %s is known", (ranker) => {
	expect(rankingOptions.parse({ ranker }).ranker).toBe(ranker);
});

test.each([
	{ ranker: "default_2024_08_21" },
	{ score_threshold: 1.1 },
	{ score_threshold: -0.1 },
	{ hybrid_search: { embedding_weight: 1 } },
	{ hybrid_search: { embedding_weight: -1, text_weight: 2 } },
	{ hybrid_search: { embedding_weight: 0, text_weight: 0 } },
])("%j is refused", (options) => {
	expect(rankingOptions.safeParse(options).success).toBe(false);
});

test("the text's weight is the lexical search's, the embedding's the dense one's", () => {
	const options = rankingOptions.parse({ hybrid_search: { embedding_weight: 0.2, text_weight: 3 } });
	expect(fusionWeights(options)).toEqual({ lexical: 3, dense: 0.2 });
	expect(fusionWeights(rankingOptions.parse({}))).toBeNull();
	expect(fusionWeights(undefined)).toBeNull();
});
