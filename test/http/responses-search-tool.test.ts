import type OpenAI from "openai";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Receipt } from "../../src/ask/receipt.ts";
import { countTokens } from "../../src/models/tokens.ts";
import { chatRequests, citationsOf, fileSearch, lastMessages, readFrames } from "../support/ask.ts";
import { type FakeOpenAI, startFakeOpenAI } from "../support/fake-openai.ts";
import { startTestService, type TestService } from "../support/service.ts";
import { createStore } from "../support/upload.ts";
import { expectSchema } from "../support/wire-schema.ts";

let fake: FakeOpenAI;
let t: TestService;
let animals: string;
let towns: string;
beforeAll(async () => {
	fake = await startFakeOpenAI();
	t = await startTestService({ OPENAI_BASE_URL: fake.url });
	animals = (
		await createStore(t.client, {
			"okapi.txt": "The okapi lives in the Ituri forest. When it is hungry the okapi eats leaves.",
			"zebra.txt": "The zebra lives on open plains. When it is hungry the zebra eats grass.",
		})
	).id;
	towns = (await createStore(t.client, { "bunia.txt": "Bunia is the largest town beside the Ituri forest." })).id;
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

type Options = Partial<OpenAI.Responses.ResponseCreateParamsNonStreaming> & { context?: object };
const ask = (input: string | OpenAI.Responses.ResponseInput, options: Options = {}) =>
	t.client.responses.create({
		model: "fake-model",
		input,
		tools: [fileSearch(animals)],
		context: { search: "tool" },
		...options,
	} as OpenAI.Responses.ResponseCreateParamsNonStreaming);
const search = (...queries: string[]) => ({ name: "file_search", arguments: { queries } });
const typesOf = (response: OpenAI.Responses.Response) => response.output.map(({ type }) => type);
const queriesOf = (response: OpenAI.Responses.Response) =>
	response.output.flatMap((item) => (item.type === "file_search_call" ? [item.queries] : []));
const receiptOf = (response: OpenAI.Responses.Response) => (response as unknown as { receipt: Receipt }).receipt;
/** What the model was told by its searches. */
const told = () => lastMessages(fake).flatMap(({ role, content }) => (role === "tool" ? [content] : []));

describe("a model that searches by itself", () => {
	test("is asked again with what it found, and cites it", async () => {
		fake.answerInTurn({ calls: [search("where okapi lives")] }, { text: "It lives in the Ituri forest 【1】." });
		const response = await ask("And its home?");
		expect(typesOf(response)).toEqual(["file_search_call", "message"]);
		expect(queriesOf(response)).toEqual([["where okapi lives"]]);
		expect(citationsOf(response)).toMatchObject([{ quote: "The okapi lives in the Ituri forest.", index: 28 }]);
		const [first, second] = chatRequests(fake);
		expect(first?.messages.map(({ role, content }) => [role, role === "user" ? content : ""])).toEqual([
			["system", ""],
			["user", "And its home?"],
		]);
		expect(first).toMatchObject({ tools: [{ function: { name: "file_search" } }], tool_choice: "auto" });
		expect(second?.messages.slice(0, 2)).toEqual(first?.messages);
		expect(second?.messages.slice(2)).toMatchObject([
			{ role: "assistant", tool_calls: [{ function: { name: "file_search" } }] },
			{ role: "tool", content: expect.stringMatching(/^<excerpt number="1" file="okapi.txt">/) },
		]);
	});

	test("need not, and then there is no search", async () => {
		fake.answerInTurn({ text: "Hello to you." });
		expect(typesOf(await ask("Hello"))).toEqual(["message"]);
		expect(chatRequests(fake)).toHaveLength(1);
	});

	test("may search several times, at once or one after the other; excerpts are numbered through, each sent once", async () => {
		fake.answerInTurn(
			{ text: "I look. ", calls: [search("okapi"), search("okapi")] },
			{ calls: [search("zebra", "okapi")] },
			{ text: "Leaves 【1】, and the zebra eats grass 【2】." },
		);
		const response = await ask("What do they eat?", { include: ["file_search_call.results"] });
		expect(typesOf(response)).toEqual([
			...["message", "file_search_call", "file_search_call"],
			...["file_search_call", "message"],
		]);
		expect(queriesOf(response)).toEqual([["okapi"], ["okapi"], ["zebra", "okapi"]]);
		const numbers = told().map((text) =>
			[...text.matchAll(/<excerpt number="(\d+)" file="(\w+)/g)].map(([, n, f]) => [n, f]),
		);
		expect(numbers).toEqual([[["1", "okapi"]], [], [["2", "zebra"]]]);
		expect(told()[1]).toMatch(/^Nothing further fits/);
		expect(citationsOf(response).map(({ filename }) => filename)).toEqual(["okapi.txt", "zebra.txt"]);
		for (const item of response.output) {
			if (item.type === "file_search_call") expect(item.results?.length).toBeGreaterThan(0);
		}
	});

	test("is not asked for ever: after four searches it has to answer", async () => {
		fake.answerInTurn(...Array.from({ length: 9 }, (_, n) => ({ calls: [search(`okapi ${n}`)] })));
		const response = await ask("Where?");
		expect(queriesOf(response)).toHaveLength(4);
		expect(chatRequests(fake).map(({ tool_choice }) => tool_choice)).toEqual(["auto", "auto", "auto", "auto", "none"]);
		expect(response.output.at(-1)).toMatchObject({ type: "message", content: [{ text: "" }] });
	});

	test("searches as often as max_tool_calls allows; what it asks for beyond is ignored", async () => {
		fake.answerInTurn({ calls: [search("okapi"), search("zebra")] }, { text: "In the forest." });
		const response = await ask("Where?", { max_tool_calls: 1 });
		expect(queriesOf(response)).toEqual([["okapi"]]);
		expect(told()[1]).toMatch(/^Not searched: no further search is allowed/);
		expect(response).toMatchObject({ max_tool_calls: 1, output_text: "In the forest." });
	});

	test.each(["not JSON", "[]", '{"queries":[]}', '{"queries":[7]}', "null"])(
		"is told where its arguments are not understood, which is no search: %s",
		async (given) => {
			fake.answerInTurn({ calls: [{ name: "file_search", arguments: given }] }, { text: "Sorry." });
			const response = await ask("Where?");
			expect(typesOf(response)).toEqual(["message"]);
			expect(told()).toEqual([expect.stringMatching(/^Not searched: the arguments must be JSON/)]);
		},
	);

	test("is not asked again where it was cut short", async () => {
		fake.answerInTurn({ calls: [{ name: "file_search", arguments: '{"queries":["ok' }], finish: "length" });
		const response = await ask("Where?");
		expect(response).toMatchObject({ status: "incomplete", output: [{ type: "message", status: "incomplete" }] });
		expect(chatRequests(fake)).toHaveLength(1);
	});

	test("fails with its search, which is never taken for an empty one", async () => {
		const gone = await createStore(t.client, { "a.txt": "Gone." });
		fake.answerInTurn({ calls: [search("anything")] });
		fake.setPaused(true);
		const asked = ask("Where?", { tools: [fileSearch(gone.id)] }).catch((error: { status: number }) => error.status);
		while (chatRequests(fake).length === 0) await new Promise((resolve) => setTimeout(resolve, 20));
		await t.client.vectorStores.delete(gone.id);
		fake.setPaused(false);
		expect(await asked).toBe(404);
	});
});

describe("its passages", () => {
	const many = Array.from({ length: 60 }, (_, n) => `Kiosk ${n} in ${n % 2 ? "Oslo" : "Rome"} sells tea number ${n}.`);

	test("stay within the turn's one budget, whatever the number of searches, and leave room for the next", async () => {
		const chunking_strategy = { type: "sentence", sentence: { max_tokens: 50 } } as never;
		const { id } = await createStore(t.client, { "kiosks.txt": many.join("\n\n") }, { chunking_strategy });
		fake.answerInTurn(
			{ calls: [search("kiosk in Oslo sells tea")] },
			{ calls: [search("kiosk in Rome sells tea")] },
			{ calls: [search("tea number")] },
			{ text: "Tea." },
		);
		const context = { search: "tool", passage_tokens: 400 };
		const response = await ask("What is sold?", { tools: [fileSearch(id)], context });
		const sizes = told().map((text) => (text.startsWith("<excerpt") ? countTokens(text) : 0));
		expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(400);
		expect(sizes[0]).toBeLessThanOrEqual(200);
		expect(sizes[1]).toBeGreaterThan(0);
		expect(receiptOf(response).passages.sent.length).toBeGreaterThan(1);
	});

	test("are on the receipt with every call to the model, whose usage adds up", async () => {
		const usage = (n: number) => ({ prompt_tokens: 10 * n, completion_tokens: n, total_tokens: 11 * n });
		fake.answerInTurn(
			{ calls: [search("okapi")], usage: usage(1) },
			{ calls: [search("zebra")], usage: usage(2) },
			{ text: "Both 【1】.", usage: usage(3) },
		);
		const response = await ask("Which animals?");
		expect(response.usage).toMatchObject({ input_tokens: 60, output_tokens: 6, total_tokens: 66 });
		const receipt = receiptOf(response);
		expect(receipt.model_calls).toEqual(
			[1, 2, 3].map((n) => ({ model: "fake-model", input_tokens: 10 * n, cached_tokens: 0, output_tokens: n })),
		);
		expect(receipt.passages.sent.map(({ filename }) => filename)).toEqual(["okapi.txt", "zebra.txt"]);
		expect(receipt.retrieval?.queries.map(({ query }) => query)).toEqual(["okapi", "zebra"]);
		const excerpts = told();
		expect(receipt.tokens.passages).toBe(2 * countTokens(excerpts[0] ?? "") + countTokens(excerpts[1] ?? ""));
	});
});

describe("when documents are searched", () => {
	test("both: first with the question, and again by the model", async () => {
		fake.answerInTurn({ calls: [search("zebra food")] }, { text: "The zebra eats grass 【2】." });
		const response = await ask("What does the okapi eat?", { context: { search: "both", passage_tokens: 150 } });
		expect(queriesOf(response)).toEqual([["What does the okapi eat?"], ["zebra food"]]);
		expect(lastMessages(fake)[1]?.content).toMatch(/^<excerpt number="1" file="okapi.txt">/);
	});

	test.each(["required", { type: "file_search" }] as const)(
		"a choice of %j lets the model search again without a setting",
		async (tool_choice) => {
			fake.answerInTurn({ calls: [search("zebra")] }, { text: "Done." });
			const response = await ask("What does the okapi eat?", { tool_choice, context: {} });
			expect(queriesOf(response)).toEqual([["What does the okapi eat?"], ["zebra"]]);
			expect(response.tool_choice).toEqual(tool_choice);
		},
	);

	test("a choice of file_search makes a model search that is to search by itself, and then lets it answer", async () => {
		fake.answerInTurn({ calls: [search("okapi")] }, { text: "In the forest 【1】." });
		await ask("Where?", { tool_choice: { type: "file_search" } });
		expect(chatRequests(fake).map(({ tool_choice }) => tool_choice)).toEqual([
			{ type: "function", function: { name: "file_search" } },
			"auto",
		]);
	});

	test("a setting says it for all requests, and a request for itself", async () => {
		const other = await startTestService({ OPENAI_BASE_URL: fake.url, SEARCH_MODE: "tool" });
		const { id } = await createStore(other.client, { "a.txt": "Shipping is free." });
		const request = { model: "fake-model", input: "Is shipping free?", tools: [fileSearch(id)] };
		expect(typesOf(await other.client.responses.create(request))).toEqual(["message"]);
		const first = { ...request, context: { search: "first" } };
		expect(typesOf(await other.client.responses.create(first))).toEqual(["file_search_call", "message"]);
		await other.stop();
	});

	test("without a model they are searched first, whatever is set", async () => {
		const plain = await startTestService({ SEARCH_MODE: "tool" });
		const { id } = await createStore(plain.client, { "a.txt": "Shipping is free for members." });
		const response = await plain.client.responses.create({
			model: "any",
			input: "Is shipping free?",
			tools: [fileSearch(id), { type: "function", name: "f", parameters: null, strict: null }],
		});
		await plain.stop();
		expect(typesOf(response)).toEqual(["file_search_call", "message"]);
		expect(response.output_text).toContain("Shipping is free");
	});
});

describe("beside the client's functions", () => {
	const add = { type: "function" as const, name: "add", parameters: {}, strict: null };
	const call = { name: "add", arguments: {} };

	test("a search is answered here, and the call is the client's", async () => {
		fake.answerInTurn({ calls: [search("okapi")] }, { calls: [call] }, { text: "Forest 【1】." });
		const tools = [fileSearch(animals), add];
		const first = await ask("Where does it live?", { tools });
		expect(typesOf(first)).toEqual(["file_search_call", "function_call"]);
		const [made] = first.output.filter((item) => item.type === "function_call");
		const outputs = [{ type: "function_call_output" as const, call_id: made?.call_id ?? "", output: "3" }];
		const next = await ask(outputs, { tools, previous_response_id: first.id });
		expect(queriesOf(next)).toEqual([["okapi"]]);
		expect(lastMessages(fake)[1]?.content).toMatch(
			/^<excerpt number="1" file="okapi.txt">[\s\S]+Question: Where does it live\?$/,
		);
		expect(
			lastMessages(fake)
				.slice(2)
				.map(({ role }) => role),
		).toEqual(["assistant", "tool"]);
		expect(next.output_text).toBe("Forest.");
	});

	test("asked for at once, both are made, and the response ends there", async () => {
		fake.answerInTurn({ calls: [call, search("okapi")] });
		const response = await ask("Where?", { tools: [fileSearch(animals), add] });
		expect(typesOf(response)).toEqual(["function_call", "file_search_call"]);
		expect(chatRequests(fake)).toHaveLength(1);
	});
});

describe("several file_search tools", () => {
	const tools = () => [fileSearch(animals, { max_num_results: 1 }), fileSearch(towns)];

	test("are each searched by themselves, and share one budget", async () => {
		fake.answerInTurn({ text: "Bunia lies beside the Ituri forest 【2】." });
		const include = ["file_search_call.results" as const];
		const response = await ask("What is in the Ituri forest?", { tools: tools(), include, context: {} });
		const found = response.output.flatMap((item) => (item.type === "file_search_call" ? [item.results] : []));
		expect(found.map((results) => results?.map(({ filename }) => filename))).toEqual([["okapi.txt"], ["bunia.txt"]]);
		const files = [
			...(lastMessages(fake)
				.at(-1)
				?.content.matchAll(/number="(\d)" file="(\w+)/g) ?? []),
		];
		expect(files.map(([, number]) => number)).toEqual(["1", "2"]);
		expect(files.map(([, , file]) => file).toSorted()).toEqual(["bunia", "okapi"]);
		expect(receiptOf(response).passages.considered).toBe(2);
		expect(receiptOf(response).retrieval?.queries).toHaveLength(2);
		expect(response.tools).toMatchObject([{ max_num_results: 1 }, { max_num_results: 20 }]);
	});

	test("have each their own filter", async () => {
		const none = { type: "eq" as const, key: "kind", value: "none" };
		const filtered = [fileSearch(animals, { filters: none }), fileSearch(towns)];
		await ask("What is in the Ituri forest?", { tools: filtered, context: {} });
		expect(lastMessages(fake).at(-1)?.content).not.toContain("okapi");
	});

	test("are searched together where the model asks", async () => {
		fake.answerInTurn({ calls: [search("Ituri forest")] }, { text: "Done." });
		const response = await ask("What is there?", { tools: tools(), include: ["file_search_call.results"] });
		const [call] = response.output.filter((item) => item.type === "file_search_call");
		expect(call?.results?.map(({ filename }) => filename).toSorted()).toEqual(["bunia.txt", "okapi.txt"]);
	});
});

describe("the stream of a search by the model", () => {
	const request = () => ({
		model: "fake-model",
		input: "Where does the okapi live?",
		tools: [fileSearch(animals)],
		context: { search: "tool" },
	});

	test("tells the search before the answer, and nothing of its call", async () => {
		fake.answerInTurn({ calls: [search("okapi")] }, { text: "In the Ituri forest the okapi lives 【1】." });
		const frames = await readFrames(t.url, request());
		for (const { data } of frames) expectSchema("ResponseStreamEvent", data);
		const types = frames.map(({ event }) => event).filter((type, place, all) => type !== all[place - 1]);
		expect(types).toEqual([
			"response.created",
			"response.in_progress",
			"response.output_item.added",
			"response.file_search_call.in_progress",
			"response.file_search_call.searching",
			"response.file_search_call.completed",
			"response.output_item.done",
			"response.output_item.added",
			"response.content_part.added",
			"response.output_text.delta",
			"response.output_text.annotation.added",
			"response.output_text.delta",
			"response.output_text.done",
			"response.content_part.done",
			"response.output_item.done",
			"response.completed",
		]);
	});

	test("is accepted by the official client, with several tools and rounds", async () => {
		fake.answerInTurn({ text: "I look.", calls: [search("okapi")] }, { calls: [search("forest")] }, { text: "There." });
		const tools = [fileSearch(animals), fileSearch(towns)];
		const context = { search: "both" };
		const final = await t.client.responses.stream({ ...request(), tools, context } as never).finalResponse();
		expect(typesOf(final)).toEqual([
			...["file_search_call", "file_search_call", "message"],
			...["file_search_call", "file_search_call", "message"],
		]);
		expect(final.output_text).toBe("I look.There.");
	});
});
