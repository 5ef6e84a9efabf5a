import { expect, test } from "vitest";
import { loadConfig } from "../src/config.ts";

test.each<[Record<string, string>, RegExp]>([
	[{ REWRITE_QUERIES: "on" }, /REWRITE_QUERIES: there is no model to rewrite with\. Set OPENAI_BASE_URL/],
	[{ REWRITE_QUERIES: "yes" }, /REWRITE_QUERIES: /],
	[{ RERANK_MODEL: "m" }, /RERANK_URL: .*says nothing without it/],
	[{ RERANK_API_KEY: "k" }, /RERANK_URL: .*says nothing without it/],
	[{ RERANK_URL: "localhost:8080" }, /RERANK_URL: /],
	[{ RERANK_URL: "http://h", RERANK_CANDIDATES: "0" }, /RERANK_CANDIDATES: must be between 1 and 200/],
])("%j is refused in words", (env, message) => {
	expect(() => loadConfig(env)).toThrow(message);
});

test.each<Record<string, string>>([
	{ REWRITE_QUERIES: "on", OPENAI_API_KEY: "k" },
	{ REWRITE_QUERIES: "on", OPENAI_BASE_URL: "http://127.0.0.1:1/v1" },
	{ RERANK_URL: "http://127.0.0.1:8080" },
	{ RERANK_URL: "https://api.jina.ai/v1", RERANK_MODEL: "m", RERANK_API_KEY: "k" },
])("%j is taken", (env) => {
	expect(loadConfig(env)).toMatchObject(env);
});

test("the optional stages of retrieval are off unless set", () => {
	expect(loadConfig({})).toMatchObject({ REWRITE_QUERIES: "off", REWRITE_MODEL: "", RERANK_URL: "" });
});
