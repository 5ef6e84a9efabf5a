import type OpenAI from "openai";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { fileSearch, lastExcerpts, lastMessages, resultsOf } from "../support/ask.ts";
import { type FakeOpenAI, startFakeOpenAI } from "../support/fake-openai.ts";
import { startTestService, type TestService } from "../support/service.ts";
import { createStore } from "../support/upload.ts";

let fake: FakeOpenAI;
let t: TestService;
let storeId: string;
beforeAll(async () => {
	fake = await startFakeOpenAI();
	t = await startTestService({ OPENAI_BASE_URL: fake.url });
	const animals = {
		"a.txt": ["okapi", "in the Ituri forest", "leaves"],
		"b.txt": ["zebra", "on open plains", "grass"],
	};
	const texts = Object.entries(animals).map(([name, [animal, place, food]]) => [
		name,
		`The ${animal} lives ${place}. When it is hungry the ${animal} eats ${food}.`,
	]);
	storeId = (await createStore(t.client, Object.fromEntries(texts))).id;
});
beforeEach(() => fake.answerWith(undefined));
afterAll(async () => {
	await t.stop();
	await fake.stop();
});

type Options = Partial<OpenAI.Responses.ResponseCreateParamsNonStreaming>;
const ask = (input: string | OpenAI.Responses.ResponseInput, options: Options = {}) =>
	t.client.responses.create({
		model: "fake-model",
		input,
		tools: [fileSearch(storeId)],
		include: ["file_search_call.results"],
		...options,
	});
const chat = (input: string | OpenAI.Responses.ResponseInput, options: Options = {}) =>
	ask(input, { tools: [], ...options });

describe("a question after another", () => {
	test.each([
		["okapi", "a.txt"],
		["zebra", "b.txt"],
	])("that says 'it' finds what the conversation is about: %s", async (animal, filename) => {
		const first = await ask(`Where does the ${animal} live?`);
		const next = await ask("And what does it eat?", { previous_response_id: first.id });
		expect(resultsOf(next)?.[0]?.filename).toBe(filename);
		expect(lastExcerpts(fake).indexOf(animal)).toBeGreaterThan(-1);
		expect(next.previous_response_id).toBe(first.id);
	});

	test("is decided by its own words where they say another thing", async () => {
		const first = await ask("Where does the okapi live?");
		const next = await ask("And the zebra?", { previous_response_id: first.id });
		expect(resultsOf(next)?.[0]?.filename).toBe("b.txt");
	});

	test("carries what was said, and never what was found then", async () => {
		fake.answerWith(["In the Ituri forest 【1】."]);
		const first = await ask("Where does the okapi live?");
		fake.answerWith(["Fine."]);
		const second = await chat("Thank you!", { previous_response_id: first.id });
		expect(lastMessages(fake)).toEqual([
			{ role: "user", content: "Where does the okapi live?" },
			{ role: "assistant", content: "In the Ituri forest." },
			{ role: "user", content: "Thank you!" },
		]);
		await ask("Where does the zebra live?", { previous_response_id: second.id });
		const [rules, ...said] = lastMessages(fake);
		expect(rules?.role).toBe("system");
		expect(said.slice(0, -1)).toEqual([
			{ role: "user", content: "Where does the okapi live?" },
			{ role: "assistant", content: "In the Ituri forest." },
			{ role: "user", content: "Thank you!" },
			{ role: "assistant", content: "Fine." },
		]);
	});

	test("may branch from the same answer twice", async () => {
		const first = await chat("One");
		await chat("Two", { previous_response_id: first.id });
		await chat("Three", { previous_response_id: first.id });
		expect(lastMessages(fake).map((message) => message.content)).toEqual(["One", "I do not know.", "Three"]);
	});

	test("carries only the newest turns that fit the budget, and the receipt says how many", async () => {
		fake.answerWith(["yes ".repeat(50)]);
		const first = await chat("First question");
		const second = await chat("Second question", { previous_response_id: first.id });
		const third = await chat("Third question", {
			previous_response_id: second.id,
			context: { history_tokens: 80 },
		} as Options);
		expect(lastMessages(fake).map((message) => message.content)).toEqual([
			"Second question",
			"yes ".repeat(50),
			"Third question",
		]);
		expect(third).toMatchObject({ receipt: { turns: { sent: 1, dropped: 1 } } });
	});
});

describe("instructions", () => {
	test("reach the model first, with the rules where documents are asked", async () => {
		await chat("Hello", { instructions: "Answer like a pirate." });
		expect(lastMessages(fake)[0]).toEqual({ role: "system", content: "Answer like a pirate." });
		await ask("Where does the okapi live?", { instructions: "Answer like a pirate." });
		expect(lastMessages(fake)[0]?.content).toMatch(/^You answer questions from excerpts[\s\S]+Answer like a pirate\.$/);
	});

	test("are those of their own turn alone", async () => {
		const first = await chat("Hello", { instructions: "Answer like a pirate." });
		const next = await chat("Go on", { previous_response_id: first.id });
		expect(JSON.stringify(lastMessages(fake))).not.toContain("pirate");
		expect(next.instructions).toBeNull();
	});
});

describe("a previous response that cannot be", () => {
	const refusal = { status: 400, code: "previous_response_not_found", param: "previous_response_id" };

	test("is refused where its id is unknown", async () => {
		await expect(chat("Go on", { previous_response_id: "resp_unknown" })).rejects.toMatchObject(refusal);
	});

	test("is refused where it was not stored, and cannot be retrieved either", async () => {
		const response = await chat("Hello", { store: false });
		expect(response).toMatchObject({ store: false });
		await expect(chat("Go on", { previous_response_id: response.id })).rejects.toMatchObject(refusal);
		await expect(t.client.responses.retrieve(response.id)).rejects.toMatchObject({ status: 404 });
	});
});

describe("input as items", () => {
	test("is a conversation: who instructs, who asked, who answered", async () => {
		await chat(
			[
				{ role: "system", content: "Be kind." },
				{ role: "developer", content: [{ type: "input_text", text: "Be brief." }] },
				{ role: "user", content: "Hello" },
				{ role: "assistant", content: "Hello to you." },
				{
					type: "message",
					role: "user",
					content: [
						{ type: "input_text", text: "How" },
						{ type: "input_text", text: "are you?" },
					],
				},
			],
			{ instructions: "Be good." },
		);
		expect(lastMessages(fake)).toEqual([
			{ role: "system", content: "Be good.\n\nBe kind.\n\nBe brief." },
			{ role: "user", content: "Hello" },
			{ role: "assistant", content: "Hello to you." },
			{ role: "user", content: "How\nare you?" },
		]);
	});

	test("takes back the output of an earlier answer as it was, searches included", async () => {
		const first = await ask("Where does the okapi live?");
		const input = [
			{ role: "user" as const, content: "Where does the okapi live?" },
			...first.output,
			{ role: "user" as const, content: "And what does it eat?" },
		] as OpenAI.Responses.ResponseInput;
		const next = await ask(input);
		expect(resultsOf(next)?.[0]?.filename).toBe("a.txt");
		expect(lastMessages(fake).slice(1, -1)).toEqual([
			{ role: "user", content: "Where does the okapi live?" },
			{ role: "assistant", content: first.output_text },
		]);
		const { data } = await t.client.responses.inputItems.list(next.id, { order: "asc" });
		expect(data.map((item) => item.type)).toEqual(["message", "file_search_call", "message", "message"]);
		expect(data.slice(1, 3).map((item) => item.id)).toEqual(first.output.map((item) => item.id));
	});

	test("takes back reasoning, and does not repeat it to the model", async () => {
		await chat([
			{ role: "user", content: "Hello" },
			{ type: "reasoning", id: "rs_1", summary: [{ type: "summary_text", text: "They greet." }] },
			{ role: "assistant", content: "Hello to you." },
			{ role: "user", content: "Bye" },
		]);
		expect(JSON.stringify(lastMessages(fake))).not.toContain("They greet.");
	});

	test("is stored with the ids it came with, or new ones", async () => {
		const { id } = await chat([
			{
				type: "message",
				id: "msg_mine",
				role: "user",
				content: [{ type: "input_text", text: "One" }],
				status: "completed",
			},
			{ role: "user", content: "Two" },
		] as OpenAI.Responses.ResponseInput);
		const { data } = await t.client.responses.inputItems.list(id, { order: "asc" });
		expect(data.map((item) => item.id)).toEqual(["msg_mine", expect.stringMatching(/^msg_[0-9a-f]{20,}/)]);
	});
});
