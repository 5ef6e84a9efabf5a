import { expect, test } from "vitest";
import { loadConfig } from "../../src/config.ts";
import { modelOfComparison } from "../../src/http/model-of-comparison.ts";
import { createChatRouter } from "../../src/models/chat-router.ts";
import { createExtractive } from "../../src/models/extractive.ts";

/** With a model's server, or with none. */
function modelOf(aliases: string, asked: { model?: string; generate?: number }, served = true): string | null {
	const config = loadConfig({ MODEL_ALIASES: aliases });
	const extractive = createExtractive();
	// Nobody is called: which adapter it is tells whether there is a server.
	const adapters = { openai: served ? createExtractive() : null, langchain: createExtractive(), extractive };
	return modelOfComparison({ chat: createChatRouter(adapters, config.MODEL_ALIASES), config }, asked);
}

test.each([
	["the one that is named", "", { model: "gpt-5", generate: 2 }, "gpt-5"],
	["what is meant by the name", "gpt-5=qwen3", { model: "gpt-5" }, "qwen3"],
	["the one for every name", "gpt-5=llama3,*=qwen3", {}, "qwen3"],
	["the first alias", "gpt-5=llama3,gpt-4o=qwen3", { generate: 2 }, "llama3"],
	["nobody, where none is named", "", {}, null],
])("the model is %s", (_what, aliases, asked, model) => {
	expect(modelOf(aliases, asked)).toBe(model);
});

test("without a server sentences are extracted", () => {
	expect(modelOf("", {}, false)).toBe("extractive");
	expect(modelOf("", { model: "gpt-5" }, false)).toBe("extractive");
});

test.each([
	["no model is set", "", { generate: 2 }, false, "generate", "Set OPENAI_BASE_URL"],
	["the named one does not write", "", { generate: 2, model: "extractive" }, true, "generate", "Set OPENAI_BASE_URL"],
	["none is named", "", { generate: 2 }, true, "model", "Give 'model'"],
])("questions are not written where %s", (_what, aliases, asked, served, param, says) => {
	expect(() => modelOf(aliases, asked, served)).toThrow(
		expect.objectContaining({ status: 400, param, message: expect.stringContaining(says) }),
	);
});
