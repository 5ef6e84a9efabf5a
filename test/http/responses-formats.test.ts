import { zodTextFormat } from "openai/helpers/zod";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { z } from "zod";
import { chatRequests, citationsOf, fileSearch, lastMessages, readFrames } from "../support/ask.ts";
import { type FakeOpenAI, startFakeOpenAI } from "../support/fake-openai.ts";
import { startTestService, type TestService } from "../support/service.ts";
import { createStore } from "../support/upload.ts";
import { expectSchema } from "../support/wire-schema.ts";

let fake: FakeOpenAI;
let t: TestService;
let storeId: string;
beforeAll(async () => {
	fake = await startFakeOpenAI();
	t = await startTestService({ OPENAI_BASE_URL: fake.url });
	storeId = (await createStore(t.client, { "returns.txt": "Returns are accepted within 30 days of delivery." })).id;
});
beforeEach(() => {
	fake.answerWith(["Done."]);
	fake.answerInTurn();
	fake.requests.length = 0;
});
afterAll(async () => {
	await t.stop();
	await fake.stop();
});

const Policy = z.object({ days: z.number(), because: z.string() });
const json = '{"days": 30, "because": "Returns are accepted within 30 days."}';
const request = () => ({
	model: "fake-model",
	input: "Within how many days are returns accepted?",
	tools: [fileSearch(storeId)],
});

describe("an answer as JSON", () => {
	test("is parsed by the official client, which sends the schema and gets it back", async () => {
		fake.answerInTurn({ text: json });
		const format = zodTextFormat(Policy, "policy");
		const response = await t.client.responses.parse({ ...request(), text: { format } });
		expect(response.output_parsed).toEqual(JSON.parse(json));
		const { name, schema, strict } = JSON.parse(JSON.stringify(format));
		expect(response.text?.format).toEqual({ type: "json_schema", name, schema, strict });
		expect(chatRequests(fake)[0]).toMatchObject({
			response_format: { type: "json_schema", json_schema: { name, schema, strict } },
		});
	});

	test("is parsed from a stream, too", async () => {
		fake.answerInTurn({ text: json });
		const text = { format: zodTextFormat(Policy, "policy") };
		const final = await t.client.responses.stream({ ...request(), text }).finalResponse();
		expect(final.output_parsed).toEqual(JSON.parse(json));
	});

	test.each([
		{ type: "json_object" as const },
		{
			type: "json_schema" as const,
			name: "n",
			schema: { type: "object" },
			strict: true,
			description: "What is asked.",
		},
	])("is asked for as %j, without a word on markers, and shown as it was asked for", async (format) => {
		fake.answerInTurn({ text: json });
		const response = await t.client.responses.create({ ...request(), text: { format } });
		expect(response.text).toEqual({ format, verbosity: "medium" });
		const [rules, question] = lastMessages(fake);
		expect(rules?.content).not.toMatch(/[【】]/);
		expect(question?.content).toMatch(/^<excerpt number="1"/);
		const { type, ...schema } = format;
		const sent = type === "json_object" ? { type } : { type, json_schema: schema };
		expect(chatRequests(fake)[0]?.response_format).toEqual(sent);
	});

	test("stays JSON where the model writes markers all the same, which then cite", async () => {
		fake.answerInTurn({ text: '{"days": 30 【1】, "because": "Returns are accepted within 30 days【1】."}' });
		const response = await t.client.responses.create({ ...request(), text: { format: { type: "json_object" } } });
		expect(JSON.parse(response.output_text)).toEqual(JSON.parse(json));
		expect(citationsOf(response).at(-1)).toMatchObject({ filename: "returns.txt" });
	});

	test("is not extracted from documents: refused, with what to set", async () => {
		const plain = await startTestService();
		for (const format of [{ type: "json_object" }, { type: "json_schema", name: "n", schema: {} }] as const) {
			await expect(plain.client.responses.create({ model: "any", input: "?", text: { format } })).rejects.toMatchObject(
				{ status: 400, param: "text.format.type", message: expect.stringContaining("OPENAI_BASE_URL") },
			);
		}
		await plain.stop();
	});
});

describe("a refusal", () => {
	const refusal = "I cannot help with that.";

	test("is a part of the message, not its text", async () => {
		fake.answerInTurn({ refusal });
		const response = await t.client.responses.create(request());
		expect(response).toMatchObject({ status: "completed", output_text: "" });
		expect(response.output.at(-1)).toMatchObject({ type: "message", content: [{ type: "refusal", refusal }] });
		const [stored] = (await t.client.responses.retrieve(response.id)).output.slice(-1);
		expect(stored).toEqual(response.output.at(-1));
	});

	test("is told bit by bit, and accepted by the official client", async () => {
		fake.answerInTurn({ text: "Well. ", refusal });
		const frames = await readFrames(t.url, { model: "fake-model", input: "?" });
		for (const { data } of frames) expectSchema("ResponseStreamEvent", data);
		const types = frames.map(({ event }) => event.replace(/^response\./, ""));
		expect(types.filter((type, place) => type !== types[place - 1]).slice(2)).toEqual([
			...["output_item.added", "content_part.added", "output_text.delta", "output_text.done", "content_part.done"],
			...["content_part.added", "refusal.delta", "refusal.done", "content_part.done", "output_item.done", "completed"],
		]);
		const indexes = frames.flatMap(({ data }) => (data.content_index === undefined ? [] : [data.content_index]));
		expect(new Set(indexes)).toEqual(new Set([0, 1]));

		fake.answerInTurn({ refusal });
		const final = await t.client.responses.stream({ model: "fake-model", input: "?" }).finalResponse();
		expect(final.output).toMatchObject([{ content: [{ type: "refusal", refusal }] }]);
	});

	test("is remembered by the model, passed back or chained", async () => {
		fake.answerInTurn({ refusal });
		const first = await t.client.responses.create({ model: "fake-model", input: "Do it." });
		await t.client.responses.create({ model: "fake-model", input: "Please.", previous_response_id: first.id });
		const chained = lastMessages(fake);
		expect(chained[1]).toEqual({ role: "assistant", content: refusal });
		const input = [{ role: "user", content: "Do it." }, ...first.output, { role: "user", content: "Please." }];
		await t.client.responses.create({ model: "fake-model", input } as never);
		expect(lastMessages(fake)).toEqual(chained);
	});
});
