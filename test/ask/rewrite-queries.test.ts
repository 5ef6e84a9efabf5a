import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { rewriteQueries } from "../../src/ask/rewrite-queries.ts";
import { createOpenAIChat } from "../../src/models/openai-chat.ts";
import { createClientAt } from "../../src/models/openai-client.ts";
import { type FakeOpenAI, startFakeOpenAI } from "../support/fake-openai.ts";

let fake: FakeOpenAI;
const warnings: { fields: object; message: string }[] = [];
const quiet = () => {};
const log = {
	debug: quiet,
	info: quiet,
	error: quiet,
	warn: (fields: object, message: string) => void warnings.push({ fields, message }),
};
beforeAll(async () => {
	fake = await startFakeOpenAI();
});
beforeEach(() => {
	warnings.length = 0;
	fake.answerAs("m", undefined);
});
afterAll(() => fake.stop());

const rewrite = (signal?: AbortSignal, timeoutMs = 5_000) => {
	const chat = createOpenAIChat(createClientAt(fake.url, "rewrite-key-1"), {
		MODEL_TIMEOUT_SECONDS: 60,
		MODEL_RETRIES: 0,
	});
	return rewriteQueries({ chat, model: "m", timeoutMs, log }, ["What does it cost?"], [], signal);
};

test("what the model writes are the queries, and nothing is said of it", async () => {
	fake.answerAs("m", '["price of a passport", "price of a visa"]');
	const { queries, rewrite: call } = await rewrite();
	expect(queries).toEqual(["price of a passport", "price of a visa"]);
	expect(call).toMatchObject({ model: "m", usage: { output_tokens: 12 } });
	expect(warnings).toEqual([]);
});

test("an empty list is an answer like any other", async () => {
	fake.answerAs("m", "[]");
	expect((await rewrite()).queries).toEqual([]);
	expect(warnings).toEqual([]);
});

test.each<[string, () => void, RegExp]>([
	["prose", () => fake.answerAs("m", "Search for passports."), /wrote no JSON array/],
	[
		"a refusal",
		() => fake.failNext("/chat/completions", { kind: "status", status: 401, message: "bad key rewrite-key-1" }),
		/answered: 401 bad key \[redacted\]/,
	],
	["silence", () => fake.failNext("/chat/completions", { kind: "hang" }), /no answer within 0\.3 s/],
])("%s is told in the log, once, without keys, and brings no queries", async (_name, goWrong, message) => {
	goWrong();
	expect((await rewrite(undefined, 300)).queries).toEqual([]);
	expect(warnings.map((warning) => warning.message)).toEqual([expect.stringMatching(message)]);
	expect(warnings[0]?.message).toMatch(/^queries not rewritten, searched as they are: /);
});

test("what was paid for before a model broke off is counted", async () => {
	fake.answerWith(['["price of a passport', '"]']);
	fake.failNext("/chat/completions", { kind: "stall", after: 1 });
	const { queries, rewrite: call } = await rewrite(undefined, 300);
	expect(queries).toEqual([]);
	expect(call?.usage.output_tokens).toBeGreaterThan(3);
	fake.answerWith(undefined);
});

test("who asks and goes away ends it with an error, not with a search as it is", async () => {
	fake.failNext("/chat/completions", { kind: "hang" });
	await expect(rewrite(AbortSignal.timeout(100))).rejects.toMatchObject({ code: "upstream_error" });
	expect(warnings).toEqual([]);
});
