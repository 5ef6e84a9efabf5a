import OpenAI from "openai";
import { describe, expect, test } from "vitest";
import { withoutSecrets } from "../../src/log.ts";
import { createOpenAIClient, upstreamError } from "../../src/models/openai-client.ts";

describe("the client", () => {
	test("is none without an address and a key, and OpenAI's own with a key alone", () => {
		expect(createOpenAIClient({ OPENAI_BASE_URL: "", OPENAI_API_KEY: "" })).toBeUndefined();
		const own = createOpenAIClient({ OPENAI_BASE_URL: "", OPENAI_API_KEY: "sk-1" });
		expect(own?.baseURL).toBe("https://api.openai.com/v1");
	});

	test("needs no key for a server of one's own", () => {
		const client = createOpenAIClient({ OPENAI_BASE_URL: "http://127.0.0.1:1/v1", OPENAI_API_KEY: "" });
		expect(client?.baseURL).toBe("http://127.0.0.1:1/v1");
	});
});

describe("an error of a server", () => {
	const client = { apiKey: "none" };
	const answered = (status: number, headers = {}) =>
		OpenAI.APIError.generate(status, { error: { message: "said so" } }, undefined, new Headers(headers));

	test.each([
		[400, "upstream_error", false],
		[401, "upstream_error", false],
		[403, "upstream_error", false],
		[408, "upstream_error", true],
		[409, "upstream_error", true],
		[429, "rate_limit_exceeded", true],
		[500, "upstream_error", true],
		[503, "upstream_error", true],
	])("%i is %s, and worth trying again: %s", (status, code, retryable) => {
		const error = upstreamError(answered(status), "embedding", client);
		expect(error).toMatchObject({ code, retryable });
		expect(error.message).toContain(`The embedding server answered: ${status} said so`);
	});

	test("a key that is refused is named by its setting", () => {
		const advised = "The embedding server answered: 401 said so (Check OPENAI_API_KEY.)";
		expect(upstreamError(answered(401), "embedding", client).message).toBe(advised);
		expect(upstreamError(answered(403), "embedding", client).message).not.toContain("Check");
	});

	test.each([
		["20", 20],
		["0.5", 0.5],
		["Fri, 31 Dec 2027 23:59:59 GMT", undefined],
		["", undefined],
	])("retry-after %j is %s seconds", (header, seconds) => {
		expect(upstreamError(answered(429, { "retry-after": header }), "model", client).retryAfter).toBe(seconds);
	});

	test("keeps what was thrown for the log, and shows no key of ours in any form", () => {
		const thrown = new Error("bad key 4f9QzzTop5ecret");
		const error = upstreamError(thrown, "model", { apiKey: "4f9QzzTop5ecret" });
		expect(error.cause).toBe(thrown);
		expect(error.message).toBe("The model failed: Error: bad key [redacted]");
	});

	test("a placeholder for a key is a word like any other", () => {
		expect(upstreamError(new Error("none of it"), "model", client).message).toContain("none of it");
	});
});

describe("what is logged or shown", () => {
	test.each([
		"Incorrect API key provided: sk-proj-ABCdef123456_7-8.",
		"key-1234567890abcdef is wrong",
		"gsk_1234567890abcdefGHIJKLMN",
		"hf_1234567890abcdefGHIJKLMN, xai-1234567890abcdefGHIJKLMN",
		"AIza1234567890abcdefGHIJKLMN1234567890",
		"authorization: Bearer 1234567890abcdef.x.y==",
		"authorization: bearer 1234567890abcdef",
		"postgres://excerpt:1234567890abcdef@db:5432/x",
		"two: sk-1234567890 and sk-1234567890abcdef",
	])("holds no secret: %s", (text) => {
		expect(withoutSecrets(text)).toContain("[redacted]");
		expect(withoutSecrets(text)).not.toMatch(/123456/);
	});

	test.each([
		"The model 'gpt-4o-mini' does not exist.",
		"a risk-based task-oriented approach",
		"see http://user@host:80/path and hf_hub_download",
		"postgres://db:5432/x",
		"",
	])("is left as it is where there is none: %s", (text) => {
		expect(withoutSecrets(text)).toBe(text);
	});
});
