import { describe, expect, test } from "vitest";
import { parseStrategy } from "../../src/cli/parse-strategy.ts";
import { comparisonRequest, completeSettings } from "../../src/wire/comparison-request.ts";

const usual = {
	chunking_strategy: { type: "auto" as const },
	embedding_model: "small",
	context: { passage_tokens: 2000 },
};
const complete = (settings: object) =>
	completeSettings(comparisonRequest.parse({ settings: [settings], generate: 1 }).settings, usual)[0];

test("what is left out is as usual", () => {
	expect(complete({})).toEqual({ name: "auto", ...usual });
	expect(complete({ context: {}, name: "as it is" })).toEqual({ name: "as it is", ...usual });
});

describe("settings are called", () => {
	test.each([
		"auto",
		"static:800/400",
		"structure:300/0",
		"sentence:128/32",
		"semantic:256",
		"rows:400",
		"json:400",
		"page:800",
	])("%s, as --chunk takes it", (form) => {
		const strategy = parseStrategy(form);
		expect(complete({ chunking_strategy: strategy })).toMatchObject({ name: form, chunking_strategy: strategy });
	});

	test.each([
		[{ embedding_model: "large" }, "auto, large"],
		[{ embedding_model: null }, "auto, no embedding"],
		[{ context: { passage_tokens: 4000 } }, "auto, 4000 tokens"],
		[{ embedding_model: "small", context: { passage_tokens: 2000 } }, "auto"],
		[{ chunking_strategy: { type: "rows", rows: { max_rows: 3 } } }, "rows:400, 3 rows"],
	])("%j: %s", (settings, name) => {
		expect(complete(settings)?.name).toBe(name);
	});
});
