import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Receipt } from "../../src/ask/receipt.ts";
import { fileSearch } from "../support/ask.ts";
import { type FakeOpenAI, startFakeOpenAI } from "../support/fake-openai.ts";
import { startTestService, type TestService } from "../support/service.ts";
import { until } from "../support/until.ts";
import { createStore } from "../support/upload.ts";

let fake: FakeOpenAI;
let t: TestService;
let storeId: string;
beforeAll(async () => {
	fake = await startFakeOpenAI();
	t = await startTestService({ OPENAI_BASE_URL: fake.url });
	storeId = (await createStore(t.client, { "a.txt": "Shipping is free for members.\n\nOthers pay five euros." })).id;
});
beforeEach(() => {
	fake.requests.length = 0;
});
afterAll(async () => {
	await t.stop();
	await fake.stop();
});

const count = async (body: Parameters<typeof t.client.responses.inputTokens.count>[0]) =>
	(await t.client.responses.inputTokens.count(body)).input_tokens;
const asked = () => fake.requests.filter(({ path }) => path.endsWith("/chat/completions"));
/** What the same request was counted to have sent when it was answered. */
async function sent(body: object): Promise<number> {
	const response = await t.client.responses.create({ model: "m", input: "?", ...body, stream: false });
	const { tokens } = (response as unknown as { receipt: Receipt }).receipt;
	return tokens.total - tokens.output;
}

const now = { type: "function" as const, name: "now", description: "The time.", parameters: null, strict: false };

test("answers with the count, and no model is asked", async () => {
	const answer = await t.client.responses.inputTokens.count({ model: "m", input: "Hello" });
	expect(answer).toEqual({ object: "response.input_tokens", input_tokens: 3 + 1 + 1 + 3 });
	expect(asked()).toHaveLength(0);
});

describe("counts what a response sends", () => {
	test.each<[string, () => object]>([
		["a question", () => ({ input: "Is shipping free?" })],
		[
			"instructions and a conversation",
			() => ({
				instructions: "Be brief.",
				input: [
					{ role: "user", content: "Hello" },
					{ role: "assistant", content: "Hello!" },
					{ role: "user", content: "Is shipping free?" },
				],
			}),
		],
		["the passages that are found", () => ({ input: "Is shipping free?", tools: [fileSearch(storeId)] })],
		["functions", () => ({ input: "How late is it?", tools: [now] })],
		[
			"no passages where no tool may be used",
			() => ({
				input: "Is shipping free?",
				tools: [fileSearch(storeId)],
				tool_choice: "none",
			}),
		],
		[
			"a schema",
			() => ({ input: "?", text: { format: { type: "json_schema", name: "n", schema: { type: "object" } } } }),
		],
	])("%s", async (_name, body) => {
		expect(await count({ model: "m", ...body() })).toBe(await sent(body()));
	});

	test("what was said before, in a response or a conversation, which it leaves as it was and free", async () => {
		const first = await t.client.responses.create({ model: "m", input: "Is shipping free?" });
		const later = { input: "And for others?", previous_response_id: first.id };
		expect(await count({ model: "m", ...later })).toBe(await sent(later));
		const { id } = await t.client.conversations.create({ items: [{ role: "user", content: "Remember the zebra." }] });
		const spoken = { input: "What do I think of?", conversation: id };
		const counted = await count({ model: "m", ...spoken });
		expect((await t.client.conversations.items.list(id)).data).toHaveLength(1);
		expect(counted).toBe(await sent(spoken));
	});

	test("a conversation that somebody is being answered on, who is not disturbed", async () => {
		const { id } = await t.client.conversations.create({ items: [{ role: "user", content: "Remember the zebra." }] });
		const spoken = { model: "m", input: "What do I think of?", conversation: id };
		fake.setPaused(true);
		const answering = t.client.responses.create(spoken);
		await until("the model to be asked", () => asked().length > 0);
		expect(await count(spoken)).toBeGreaterThan(10);
		fake.setPaused(false);
		expect((await answering).status).toBe("completed");
		expect((await t.client.conversations.items.list(id)).data).toHaveLength(3);
	});

	test("passages by more than the question they are for", async () => {
		const input = "Is shipping free?";
		const plain = await count({ model: "m", input });
		expect(await count({ model: "m", input, tools: [fileSearch(storeId)] })).toBeGreaterThan(plain + 50);
	});
});

test("no model need be named", async () => {
	expect(await count({ input: "Hello" })).toBe(await count({ model: "m", input: "Hello" }));
});

test.each<[object, number, string | null]>([
	[{}, 400, "input"],
	[{ input: "?", tools: [fileSearch("vs_none")] }, 404, "vector_store_id"],
	[{ input: "?", previous_response_id: "resp_none" }, 400, "previous_response_id"],
])("%j is refused as a response is", async (body, status, param) => {
	const error = await t.client.responses.create({ model: "m", ...body, stream: false }).catch((thrown) => thrown);
	await expect(count(body)).rejects.toMatchObject({ status, param, code: error.code, message: error.message });
});
