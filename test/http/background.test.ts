import type OpenAI from "openai";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { citationsOf, fileSearch, lastMessages, resultsOf } from "../support/ask.ts";
import { type FakeOpenAI, startFakeOpenAI } from "../support/fake-openai.ts";
import { errorOf, sendJson } from "../support/send.ts";
import { startTestService, type TestService } from "../support/service.ts";
import { until } from "../support/until.ts";
import { createStore } from "../support/upload.ts";

let fake: FakeOpenAI;
let t: TestService;
let storeId: string;
beforeAll(async () => {
	fake = await startFakeOpenAI();
	t = await startTestService({ OPENAI_BASE_URL: fake.url, BACKGROUND_CONCURRENCY: "2" });
	storeId = (await createStore(t.client, { "policy.md": "Returns are accepted within 30 days of delivery." })).id;
});
beforeEach(() => {
	fake.answerWith(["Within ", "30 days."]);
	fake.setPaused(false);
	fake.requests.length = 0;
});
afterAll(async () => {
	await t.stop();
	await fake.stop();
});

type Options = Partial<OpenAI.Responses.ResponseCreateParamsNonStreaming>;
const create = (options: Options = {}) =>
	t.client.responses.create({ model: "fake-model", input: "How long?", background: true, ...options });
const pending = (status: string | undefined) => status === "queued" || status === "in_progress";
const untilEnded = (id: string, query: OpenAI.Responses.ResponseRetrieveParamsNonStreaming = {}) =>
	until("the response to end", async () => {
		const response = await t.client.responses.retrieve(id, query);
		return !pending(response.status) && response;
	});
const untilAsked = (times = 1) => until("the model to be asked", () => fake.requests.length >= times);
const untilGivenUp = () => until("the call to be given up", () => fake.requests.at(-1)?.abandoned);

/** One that the model is answering, and will not before it is told to. */
async function createUnanswered(options: Options = {}): Promise<string> {
	fake.setPaused(true);
	const asked = fake.requests.length;
	const { id } = await create(options);
	await untilAsked(asked + 1);
	return id;
}

describe("a background response", () => {
	test("is there at once, queued, in progress while it is answered, and then completed", async () => {
		fake.setPaused(true);
		const response = await create({ metadata: { topic: "returns" } });
		expect(response).toMatchObject({ status: "queued", background: true, output: [], completed_at: null, error: null });
		await untilAsked();
		expect((await t.client.responses.retrieve(response.id)).status).toBe("in_progress");
		fake.setPaused(false);
		const ended = await untilEnded(response.id);
		expect(ended).toMatchObject({
			...{ id: response.id, status: "completed", background: true, created_at: response.created_at },
			...{ output_text: "Within 30 days.", metadata: { topic: "returns" } },
		});
		expect(ended.usage?.total_tokens).toBeGreaterThan(0);
	});

	test("ends as the same request does in the foreground", async () => {
		const stable = (response: OpenAI.Responses.Response) =>
			JSON.parse(JSON.stringify(response), (key, value) =>
				["id", "created_at", "completed_at", "milliseconds", "background"].includes(key) ? undefined : value,
			);
		const include = ["file_search_call.results" as const];
		const input = "Within how many days are returns accepted?";
		const request = { input, tools: [fileSearch(storeId)], instructions: "Be brief.", include };
		fake.answerWith(["Returns are accepted within 30 days 【1】."]);
		const { id } = await create(request);
		const ended = await untilEnded(id, { include });
		expect(stable(ended)).toEqual(stable(await create({ ...request, background: false })));
		expect(citationsOf(ended)).toMatchObject([{ quote: "Returns are accepted within 30 days of delivery." }]);
		expect(resultsOf(ended)).toHaveLength(1);
		expect(resultsOf(await t.client.responses.retrieve(id))).toBeNull();
	});

	test("lists its input from the beginning, under the ids that it keeps", async () => {
		const id = await createUnanswered({ input: [{ role: "user", content: "How long?" }] });
		const { data } = await t.client.responses.inputItems.list(id);
		expect(data).toMatchObject([{ role: "user", content: [{ text: "How long?" }] }]);
		fake.setPaused(false);
		await untilEnded(id);
		expect((await t.client.responses.inputItems.list(id)).data).toEqual(data);
	});

	test("is answered beside others, and waits for its turn where there are enough", async () => {
		fake.setPaused(true);
		const created = [await create(), await create(), await create()];
		await untilAsked(2);
		expect((await t.client.responses.retrieve(created[2]?.id ?? "")).status).toBe("queued");
		expect(fake.requests).toHaveLength(2);
		fake.setPaused(false);
		for (const { id } of created) expect((await untilEnded(id)).status).toBe("completed");
	});

	test("goes on when its client goes away", async () => {
		fake.setPaused(true);
		const stream = await t.client.responses.create({
			...{ model: "fake-model", input: "How long?", background: true, stream: true },
		});
		let id = "";
		for await (const event of stream) {
			if (event.type === "response.in_progress") break;
			if (event.type === "response.created") id = event.response.id;
		}
		await untilAsked();
		fake.setPaused(false);
		expect(await untilEnded(id)).toMatchObject({ status: "completed", output_text: "Within 30 days." });
		expect(fake.requests).toMatchObject([{ abandoned: false }]);
	});

	test("takes what its prompt says when it is created", async () => {
		const { body: prompt } = await sendJson(t.url, "POST", "/v1/prompts", { instructions: "Speak like {{who}}." });
		const id = await createUnanswered({ prompt: { id: prompt.id as string, variables: { who: "a pirate" } } });
		await sendJson(t.url, "DELETE", `/v1/prompts/${prompt.id}`, undefined);
		fake.setPaused(false);
		expect(await untilEnded(id)).toMatchObject({ status: "completed", prompt: { id: prompt.id, version: "1" } });
		expect(lastMessages(fake)[0]).toEqual({ role: "system", content: "Speak like a pirate." });
	});

	test("keeps what the database has no character for as U+FFFD", async () => {
		fake.answerWith(["Nul \0 and half \ud83d."]);
		const { id } = await create();
		expect(await untilEnded(id)).toMatchObject({ status: "completed", output_text: "Nul \ufffd and half \ufffd." });
	});
});

describe("what cannot be answered in the background is refused before it is queued", () => {
	const post = (body: object) =>
		sendJson(t.url, "POST", "/v1/responses", { model: "m", input: "?", background: true, ...body });

	test.each([
		["one that is not to be stored", { store: false }, 400, "background", /stored/],
		["one that asks nothing", { input: " " }, 400, "input", /question/],
		["one of an unknown store", { tools: [fileSearch("vs_none")] }, 404, null, /vs_none/],
		["one on an unknown conversation", { conversation: "conv_none" }, 404, "conversation", /conv_none/],
		["one that follows nothing", { previous_response_id: "resp_none" }, 400, "previous_response_id", /resp_none/],
	])("%s", async (_name, body, status, param, message) => {
		const { rows: before } = await t.service.db.query("SELECT FROM responses");
		for (const stream of [false, true]) {
			const answer = await post({ ...body, stream });
			expect(answer.status).toBe(status);
			if (param) expect(errorOf(answer).param).toBe(param);
			expect(errorOf(answer).message).toMatch(message);
		}
		expect((await t.service.db.query("SELECT FROM responses")).rows).toHaveLength(before.length);
	});
});

describe("a response that fails in the background", () => {
	test("is stored with its error and what was answered until then", async () => {
		fake.failNext("/chat/completions", { kind: "cut_off", after: 1 });
		const { id } = await create();
		expect(await untilEnded(id)).toMatchObject({
			...{ status: "failed", completed_at: null, output_text: "Within" },
			error: { code: "server_error", message: expect.stringContaining("model") },
			output: [{ type: "message", status: "incomplete" }],
		});
	});

	test("says a limit by its code, and is not tried again by itself", async () => {
		const headers = { "x-should-retry": "false" };
		fake.failNext("/chat/completions", { kind: "status", status: 429, headers, message: "Slow down." });
		const { id } = await create();
		expect(await untilEnded(id)).toMatchObject({
			error: { code: "rate_limit_exceeded", message: expect.stringContaining("Slow down.") },
		});
		expect(fake.requests).toHaveLength(1);
	});

	test("says what went away while it waited", async () => {
		fake.setPaused(true);
		const others = [await create(), await create()];
		await untilAsked(2);
		const store = await t.client.vectorStores.create({});
		const { id } = await create({ tools: [fileSearch(store.id)] });
		await t.client.vectorStores.delete(store.id);
		fake.setPaused(false);
		expect(await untilEnded(id)).toMatchObject({
			status: "failed",
			error: { code: "server_error", message: expect.stringContaining(store.id) },
		});
		for (const other of others) await untilEnded(other.id);
	});
});

test("a response that has cost five runs is not run again", async () => {
	fake.setPaused(true);
	const others = [await create(), await create()];
	await untilAsked(2);
	const { id } = await create();
	await t.service.db.query("UPDATE responses SET run = 5 WHERE id = $1", [id]);
	fake.setPaused(false);
	expect(await untilEnded(id)).toMatchObject({
		...{ status: "failed", output: [] },
		error: { code: "server_error", message: expect.stringContaining("Send the request again") },
	});
	for (const other of others) await untilEnded(other.id);
	expect(fake.requests).toHaveLength(2);
});

describe("cancelling", () => {
	test("ends a response that is being answered, and the call to the model with it", async () => {
		const id = await createUnanswered();
		expect(await t.client.responses.cancel(id)).toMatchObject({ id, status: "cancelled", error: null, output: [] });
		expect(await untilGivenUp()).toBe(true);
		fake.setPaused(false);
		expect((await t.client.responses.retrieve(id)).status).toBe("cancelled");
	});

	test("ends one that waits for its turn, which is then never asked", async () => {
		fake.setPaused(true);
		const others = [await create(), await create()];
		await untilAsked(2);
		const { id } = await create();
		expect((await t.client.responses.cancel(id)).status).toBe("cancelled");
		fake.setPaused(false);
		for (const other of others) await untilEnded(other.id);
		const { id: next } = await create();
		await untilEnded(next);
		expect(fake.requests).toHaveLength(3);
	});

	test("is heard where another process cancels", async () => {
		const id = await createUnanswered();
		const elsewhere = "UPDATE responses SET body = jsonb_set(body, '{status}', '\"cancelled\"') WHERE id = $1";
		await t.service.db.query(elsewhere, [id]);
		expect(await untilGivenUp()).toBe(true);
	});

	test("leaves what has ended as it is, however often it is said", async () => {
		const { id } = await create();
		const ended = await untilEnded(id);
		expect(await t.client.responses.cancel(id)).toEqual({ ...ended, output_text: undefined });
		const cancelled = await createUnanswered();
		const first = await t.client.responses.cancel(cancelled);
		expect(await t.client.responses.cancel(cancelled)).toEqual(first);
	});

	test("is refused for a response of the foreground, and there is none of an unknown one", async () => {
		const { id } = await create({ background: false });
		await expect(t.client.responses.cancel(id)).rejects.toMatchObject({ status: 400, param: "response_id" });
		await expect(t.client.responses.cancel("resp_none")).rejects.toMatchObject({ status: 404 });
	});
});

test("deleting ends a response that is being answered", async () => {
	const id = await createUnanswered();
	await t.client.responses.delete(id);
	expect(await untilGivenUp()).toBe(true);
	await expect(t.client.responses.retrieve(id)).rejects.toMatchObject({ status: 404 });
});

describe("going on from a background response", () => {
	test("is refused until it has ended", async () => {
		const previous_response_id = await createUnanswered();
		await expect(create({ previous_response_id, background: false })).rejects.toMatchObject({
			...{ status: 400, param: "previous_response_id" },
			message: expect.stringContaining("still being answered"),
		});
		fake.setPaused(false);
		await untilEnded(previous_response_id);
		await create({ previous_response_id, background: false, input: "And then?" });
		expect(lastMessages(fake).map(({ content }) => content)).toEqual(["How long?", "Within 30 days.", "And then?"]);
	});

	test("is possible in the background too", async () => {
		const { id } = await create();
		await untilEnded(id);
		const next = await create({ previous_response_id: id, input: "And then?" });
		expect(await untilEnded(next.id)).toMatchObject({ status: "completed", previous_response_id: id });
		expect(lastMessages(fake)).toHaveLength(3);
	});
});

describe("on a conversation", () => {
	let conversation: string;
	beforeEach(async () => {
		conversation = (await t.client.conversations.create()).id;
	});
	const texts = async () => {
		const { data } = await t.client.conversations.items.list(conversation, { order: "asc" });
		return data.map((item) => item.type === "message" && (item.content[0] as { text: string }).text);
	};
	const locked = { status: 400, code: "conversation_locked" };

	test("it holds that until it ends, and then adds to it", async () => {
		const id = await createUnanswered({ conversation });
		await expect(create({ conversation })).rejects.toMatchObject(locked);
		await expect(create({ conversation, background: false })).rejects.toMatchObject(locked);
		expect(await texts()).toEqual([]);
		fake.setPaused(false);
		expect(await untilEnded(id)).toMatchObject({ status: "completed", conversation: { id: conversation } });
		expect(await texts()).toEqual(["How long?", "Within 30 days."]);
		await create({ conversation, background: false, input: "And then?" });
		expect(lastMessages(fake)).toHaveLength(3);
	});

	test("it holds that while it waits for its turn, longer than any lease", async () => {
		fake.setPaused(true);
		const others = [await create(), await create()];
		await untilAsked(2);
		const { id } = await create({ conversation });
		const { rows } = await t.service.db.query(
			"SELECT locked_by, locked_until = 'infinity' AS for_good FROM conversations WHERE id = $1",
			[conversation],
		);
		expect(rows).toEqual([{ locked_by: id, for_good: true }]);
		fake.setPaused(false);
		for (const other of [...others, { id }]) await untilEnded(other.id);
		expect(await texts()).toHaveLength(2);
	});

	test.each([
		["fails", (id: string) => Promise.resolve(fake.setPaused(false)).then(() => untilEnded(id))],
		["is cancelled", (id: string) => t.client.responses.cancel(id)],
		["is deleted", (id: string) => t.client.responses.delete(id)],
	])("one that %s lets go of it at once, and adds nothing", async (_name, end) => {
		fake.failNext("/chat/completions", { kind: "cut_off", after: 1 });
		await end(await createUnanswered({ conversation }));
		fake.setPaused(false);
		await create({ conversation, background: false, input: "And now?" });
		expect(await texts()).toEqual(["And now?", "Within 30 days."]);
	});

	test("it fails where that is deleted meanwhile", async () => {
		const id = await createUnanswered({ conversation });
		await t.client.conversations.delete(conversation);
		fake.setPaused(false);
		expect(await untilEnded(id)).toMatchObject({
			status: "failed",
			error: { message: expect.stringContaining(conversation) },
		});
	});
});
