import { expect, test } from "vitest";
import { loadConfig } from "../src/config.ts";

test.each<[Record<string, string>, RegExp]>([
	[{ REWRITE_QUERIES: "on" }, /REWRITE_QUERIES: there is no model to rewrite with\. Set OPENAI_BASE_URL/],
	[{ REWRITE_QUERIES: "yes" }, /REWRITE_QUERIES: /],
	[{ RERANK_MODEL: "m" }, /RERANK_URL: .*says nothing without it/],
	[{ RERANK_API_KEY: "k" }, /RERANK_URL: .*says nothing without it/],
	[{ RERANK_URL: "localhost:8080" }, /RERANK_URL: /],
	[{ MODEL_TIMEOUT_SECONDS: "0" }, /MODEL_TIMEOUT_SECONDS: must be between 1 and 3600/],
	[{ MODEL_RETRIES: "-1" }, /MODEL_RETRIES: must be a whole number/],
	[{ MODEL_PRICES: "qwen3=1" }, /MODEL_PRICES: must be JSON of the form/],
	[{ MODEL_PRICES: '{"qwen3": {"input": 1}}' }, /MODEL_PRICES: must be JSON of the form/],
	[{ MODEL_PRICES: '{"qwen3": {"input": -1, "output": 1}}' }, /MODEL_PRICES: must be JSON of the form/],
	[{ REWRITE_QUERIES: "on", REWRITE_MODEL: "qwen3" }, /REWRITE_QUERIES: there is no model/],
	[{ RERANK_URL: "http://h", RERANK_CANDIDATES: "0" }, /RERANK_CANDIDATES: must be between 1 and 200/],
])("%j is refused in words", (env, message) => {
	expect(() => loadConfig(env)).toThrow(message);
});

test.each<Record<string, string>>([
	{ REWRITE_QUERIES: "on", OPENAI_API_KEY: "k" },
	{ REWRITE_QUERIES: "on", OPENAI_BASE_URL: "http://127.0.0.1:1/v1" },
	{ REWRITE_QUERIES: "on", REWRITE_MODEL: "anthropic:claude-haiku-4-5" },
	{ RERANK_URL: "http://127.0.0.1:8080" },
	{ RERANK_URL: "https://api.jina.ai/v1", RERANK_MODEL: "m", RERANK_API_KEY: "k" },
])("%j is taken", (env) => {
	expect(loadConfig(env)).toMatchObject(env);
});

test("the optional stages of retrieval are off unless set", () => {
	expect(loadConfig({})).toMatchObject({ REWRITE_QUERIES: "off", REWRITE_MODEL: "", RERANK_URL: "" });
});

test("a provider's model behind an alias may rewrite queries", () => {
	const config = loadConfig({ REWRITE_QUERIES: "on", MODEL_ALIASES: "*=anthropic:claude-haiku-4-5" });
	expect(config.MODEL_ALIASES.get("*")).toBe("anthropic:claude-haiku-4-5");
});

test("prices are read by model; what comes from a cache costs what is sent unless that is said", () => {
	const MODEL_PRICES = JSON.stringify({
		"llama3:8b": { input: 0.1, cached_input: 0.05, output: 0.4 },
		qwen3: { input: 0.2, output: 0.8 },
	});
	expect([...loadConfig({ MODEL_PRICES }).MODEL_PRICES]).toEqual([
		["llama3:8b", { input: 0.1, cached_input: 0.05, output: 0.4 }],
		["qwen3", { input: 0.2, cached_input: 0.2, output: 0.8 }],
	]);
	expect(loadConfig({}).MODEL_PRICES.size).toBe(0);
});
