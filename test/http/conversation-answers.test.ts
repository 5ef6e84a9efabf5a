import OpenAI from "openai";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { fileSearch, lastMessages, readFrames, resultsOf } from "../support/ask.ts";
import { type FakeOpenAI, type Fault, startFakeOpenAI } from "../support/fake-openai.ts";
import { errorOf, sendJson } from "../support/send.ts";
import { startTestService, type TestService } from "../support/service.ts";
import { until } from "../support/until.ts";
import { createStore } from "../support/upload.ts";

let fake: FakeOpenAI;
let t: TestService;
let storeId: string;
let conversation: string;
beforeAll(async () => {
	fake = await startFakeOpenAI();
	t = await startTestService({ OPENAI_BASE_URL: fake.url });
	storeId = (
		await createStore(t.client, {
			"okapi.txt": "The okapi lives in the Ituri forest. When it is hungry the okapi eats leaves.",
			"zebra.txt": "The zebra lives on open plains. When it is hungry the zebra eats grass.",
		})
	).id;
});
beforeEach(async () => {
	fake.answerWith(undefined);
	fake.requests.length = 0;
	conversation = (await t.client.conversations.create()).id;
});
afterAll(async () => {
	await t.stop();
	await fake.stop();
});

type Options = Partial<OpenAI.Responses.ResponseCreateParamsNonStreaming>;
const request = (input: string | OpenAI.Responses.ResponseInput, options: Options = {}) => ({
	model: "fake-model",
	input,
	conversation,
	...options,
});
const chat = (input: string | OpenAI.Responses.ResponseInput, options: Options = {}, how = {}) =>
	t.client.responses.create(request(input, options), how);
const items = async (include: OpenAI.Responses.ResponseIncludable[] = []) =>
	(await t.client.conversations.items.list(conversation, { order: "asc", limit: 100, include })).data;
const heard = () => lastMessages(fake).map((message) => message.content);
const countResponses = async () => (await t.service.db.query("SELECT FROM responses")).rows.length;
const locked = { status: 400, code: "conversation_locked", param: "conversation" };

describe("a response on a conversation", () => {
	test("is given on what was said there, and carries its id", async () => {
		fake.answerWith(["In the forest."]);
		const first = await chat("Where does the okapi live?");
		const second = await chat("Thank you!", { conversation: { id: conversation } });
		expect(heard()).toEqual(["Where does the okapi live?", "In the forest.", "Thank you!"]);
		for (const response of [first, second]) expect(response.conversation).toEqual({ id: conversation });
		expect((await t.client.responses.retrieve(second.id)).conversation).toEqual({ id: conversation });
		expect((await t.client.responses.create({ model: "m", input: "Alone" })).conversation).toBeNull();
	});

	test("adds its input and all its output, in that order and under their ids", async () => {
		const tools = [fileSearch(storeId)];
		const include = ["file_search_call.results" as const];
		const first = await chat([{ role: "user", content: "Where does the okapi live?" }], { tools, include });
		const second = await chat("And what does it eat?", { tools, include });
		expect(resultsOf(second)?.[0]?.filename).toBe("okapi.txt");
		const inputOf = async (id: string) => (await t.client.responses.inputItems.list(id)).data;
		expect(await items(include)).toEqual([
			...(await inputOf(first.id)),
			...first.output,
			...(await inputOf(second.id)),
			...second.output,
		]);
		expect((await items()).map((item) => item.type)).toEqual([
			...["message", "file_search_call", "message"],
			...["message", "file_search_call", "message"],
		]);
	});

	test("is led by what instructs among the items, and hears those that were added, not those deleted", async () => {
		const { data } = await t.client.conversations.items.create(conversation, {
			items: [
				{ role: "developer", content: "Be brief." },
				{ role: "user", content: "Forget this." },
				{ role: "user", content: "My name is Ada." },
			],
		});
		await t.client.conversations.items.delete(data[1]?.id as string, { conversation_id: conversation });
		await chat("Who am I?");
		expect(heard()).toEqual(["Be brief.", "My name is Ada.", "Who am I?"]);
	});

	test("answers the last of its items where the request brings none", async () => {
		await t.client.conversations.items.create(conversation, { items: [{ role: "user", content: "Who are you?" }] });
		await t.client.responses.create({ model: "fake-model", conversation });
		expect(heard()).toEqual(["Who are you?"]);
		expect((await items()).map((item) => item.type === "message" && item.role)).toEqual(["user", "assistant"]);
	});

	test("is added before its end is told: who has seen that can go on", async () => {
		fake.answerWith(["Hi."]);
		const stream = await t.client.responses.create({ ...request("Hello"), stream: true });
		let next: OpenAI.Responses.Response | undefined;
		for await (const event of stream) if (event.type === "response.completed") next = await chat("And now?");
		expect(next?.status).toBe("completed");
		expect(heard()).toEqual(["Hello", "Hi.", "And now?"]);
		expect(await items()).toHaveLength(4);
	});

	test("that was cut short is added as far as it came", async () => {
		fake.answerWith(["One, two"], { finish: "length" });
		const response = await chat("Count!");
		expect(response.status).toBe("incomplete");
		expect(await items()).toMatchObject([{ role: "user" }, { role: "assistant", status: "incomplete" }]);
	});

	test("that is not to be stored is added all the same, and cannot be retrieved", async () => {
		fake.answerWith(["Hi."]);
		const response = await chat("Hello", { store: false });
		await expect(t.client.responses.retrieve(response.id)).rejects.toThrow(OpenAI.NotFoundError);
		await chat("And now?");
		expect(heard()).toEqual(["Hello", "Hi.", "And now?"]);
	});

	test("outlives the conversation", async () => {
		const { id, output_text } = await chat("Hello");
		await t.client.conversations.delete(conversation);
		expect((await t.client.responses.retrieve(id)).output_text).toBe(output_text);
	});
});

describe("what cannot be is refused, and leaves the conversation free and as it was", () => {
	const mine = { id: "msg_mine", type: "message", role: "user", content: "Mine", status: "completed" } as never;
	test.each([
		[
			"previous_response_id beside it",
			"Hi",
			{ previous_response_id: "resp_1" },
			/'previous_response_id'.*'conversation'/,
		],
		["an item that it has", [mine], {}, /Duplicate item found with id msg_mine/],
		["nothing asked", "  ", {}, /it is the question/],
	] as const)("%s", async (_name, input, options, message) => {
		await t.client.conversations.items.create(conversation, { items: [mine] });
		for (const stream of [false, true]) {
			const sent = await sendJson(t.url, "POST", "/v1/responses", { ...request(input as never, options), stream });
			expect(sent.status).toBe(400);
			expect(errorOf(sent).message).toMatch(message);
		}
		expect(await items()).toHaveLength(1);
		await chat("Still there?");
	});

	test("one that does not exist", async () => {
		await expect(chat("Hi", { conversation: "conv_none" })).rejects.toMatchObject({
			status: 404,
			param: "conversation",
			message: expect.stringContaining("Conversation with id 'conv_none' not found."),
		});
	});
});

describe("while a response is being answered", () => {
	const asked = (count = 1) => until("the model to be asked", () => fake.requests.length >= count);

	test.each([false, true])("another on the same conversation is refused, first streamed: %s", async (streamed) => {
		fake.setPaused(true);
		const first = streamed ? readFrames(t.url, request("One?")) : chat("One?");
		await asked();
		for (const stream of [false, true]) {
			const sent = await sendJson(t.url, "POST", "/v1/responses", { ...request("Two?"), stream });
			expect([sent.status, errorOf(sent)]).toEqual([
				400,
				{
					message: "Another process is currently operating on this conversation. Please retry in a few seconds.",
					type: "invalid_request_error",
					param: "conversation",
					code: "conversation_locked",
				},
			]);
		}
		fake.setPaused(false);
		await first;
		await chat("Two?");
		expect((await items()).map((item) => item.type === "message" && item.role)).toEqual([
			...["user", "assistant"],
			...["user", "assistant"],
		]);
	});

	test("of many at once one is answered, and the others are refused", async () => {
		fake.setPaused(true);
		const all = ["1", "2", "3", "4", "5"].map((input) =>
			chat(input).then(
				() => "answered",
				(error: InstanceType<typeof OpenAI.APIError>) => error.code,
			),
		);
		await asked();
		const refused = await until("four refusals", async () => {
			const ended = await Promise.all(all.map((one) => Promise.race([one, Promise.resolve("waits")])));
			return ended.filter((end) => end === "conversation_locked").length === 4;
		});
		expect(refused).toBe(true);
		fake.setPaused(false);
		expect((await Promise.all(all)).filter((end) => end === "answered")).toHaveLength(1);
		expect(await items()).toHaveLength(2);
	});

	test("items may be read and deleted, but not added", async () => {
		const { id } = await t.client.conversations.create({ items: [{ role: "user", content: "Hi" }] });
		fake.setPaused(true);
		const first = chat("One?", { conversation: id });
		await asked();
		const { data } = await t.client.conversations.items.list(id);
		const items = [{ role: "user" as const, content: "Late" }];
		await expect(t.client.conversations.items.create(id, { items })).rejects.toMatchObject(locked);
		await t.client.conversations.items.delete(data[0]?.id as string, { conversation_id: id });
		fake.setPaused(false);
		await first;
		expect((await t.client.conversations.items.create(id, { items })).data).toHaveLength(1);
		expect((await t.client.conversations.items.list(id)).data).toHaveLength(3);
	});

	test("another conversation is free", async () => {
		fake.setPaused(true);
		const first = chat("One?");
		await asked();
		const other = await t.client.conversations.create();
		const second = chat("Two?", { conversation: other.id });
		await asked(2);
		fake.setPaused(false);
		await Promise.all([first, second]);
	});

	const lost = [
		["deleted", "DELETE FROM conversations WHERE id = $1", { status: 404, param: "conversation" }],
		// As another process does that finds the lease of this one run out.
		["taken by another", "UPDATE conversations SET locked_by = 'resp_other' WHERE id = $1", locked],
	] as const;

	test.each(lost)("a conversation that is %s is not added to, and the response not kept", async (_name, sql, error) => {
		const before = await countResponses();
		fake.setPaused(true);
		const first = chat("One?");
		// Heard from the start: it may end before the last line.
		const end = expect(first).rejects.toMatchObject(error);
		await asked();
		await t.service.db.query(sql, [conversation]);
		fake.setPaused(false);
		await end;
		expect(await countResponses()).toBe(before);
		const { rows } = await t.service.db.query("SELECT FROM conversation_items WHERE conversation_id = $1", [
			conversation,
		]);
		expect(rows).toEqual([]);
	});

	test.each(lost)("a stream on a conversation that is %s ends as failed", async (_name, sql) => {
		fake.setPaused(true);
		const first = readFrames(t.url, request("One?"));
		await asked();
		await t.service.db.query(sql, [conversation]);
		fake.setPaused(false);
		const frames = await first;
		expect(frames.map(({ event }) => event)).not.toContain("response.completed");
		expect(frames.slice(-2)).toMatchObject([
			{ event: "error" },
			{ event: "response.failed", data: { response: { status: "failed", completed_at: null } } },
		]);
	});
});

describe("a response that does not come about leaves the conversation free and as it was", () => {
	const fail = (fault: Fault) => fake.failNext("/chat/completions", fault);
	afterEach(async () => {
		fake.answerWith(["Yes."]);
		await until("the conversation to be free", async () =>
			chat("Free?").catch((error) => {
				if (error.code !== "conversation_locked") throw error;
				return undefined;
			}),
		);
		expect(heard()).toEqual(["Free?"]);
		expect(await items()).toHaveLength(2);
	});

	test.each([
		["breaks off", { kind: "cut_off", after: 1 }],
		["is garbage", { kind: "garbage" }],
		["is a 404", { kind: "status", status: 404 }],
	] satisfies [string, Fault][])("because the model's answer %s", async (_name, fault) => {
		fake.answerWith(["One", " two"]);
		fail(fault);
		await expect(chat("Go!")).rejects.toThrow(OpenAI.APIError);
		fail(fault);
		const frames = await readFrames(t.url, request("Go!"));
		expect(frames.at(-1)?.event).toBe("response.failed");
		// At once: whoever has seen the failure may ask again.
		await t.client.conversations.items.create(conversation, { items: [{ role: "user", content: "x" }] });
		const [item] = await items();
		await t.client.conversations.items.delete(item?.id as string, { conversation_id: conversation });
	});

	test("before its failure is told", async () => {
		fail({ kind: "garbage" });
		fake.setPaused(true);
		const order: string[] = [];
		const stream = await t.client.responses.create({ ...request("Go!"), stream: true });
		const told = (async () => {
			for await (const _event of stream);
		})().catch(() => order.push("told"));
		await until("the upstream request", () => fake.requests.length > 0);
		// Nobody can let go of it while this transaction lasts; the failure has all the time to be told too early.
		await t.service.db.transaction(async (tx) => {
			await tx.query("SELECT FROM conversations WHERE id = $1 FOR UPDATE", [conversation]);
			fake.setPaused(false);
			await new Promise((resolve) => setTimeout(resolve, 300));
			order.push("free to let go");
		});
		await told;
		expect(order).toEqual(["free to let go", "told"]);
	});

	test("because the client went away before the answer", async () => {
		fail({ kind: "hang" });
		const abort = new AbortController();
		const answer = chat("Go!", {}, { signal: abort.signal });
		await until("the upstream request", () => fake.requests.length > 0);
		abort.abort();
		await expect(answer).rejects.toThrow(OpenAI.APIUserAbortError);
	});

	test("because the client went away in mid-stream", async () => {
		fake.answerWith(["One", " two"]);
		fail({ kind: "stall", after: 1 });
		const stream = await t.client.responses.create({ ...request("Go!"), stream: true });
		for await (const event of stream) if (event.type === "response.output_text.delta") break;
	});
});
