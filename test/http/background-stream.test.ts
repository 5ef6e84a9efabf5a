import type OpenAI from "openai";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { fileSearch, parseFrames } from "../support/ask.ts";
import { type FakeOpenAI, startFakeOpenAI } from "../support/fake-openai.ts";
import { errorOf, send } from "../support/send.ts";
import { startTestService, type TestService } from "../support/service.ts";
import { until } from "../support/until.ts";
import { createStore } from "../support/upload.ts";
import { expectSchema } from "../support/wire-schema.ts";

let fake: FakeOpenAI;
let t: TestService;
let storeId: string;
beforeAll(async () => {
	fake = await startFakeOpenAI();
	t = await startTestService({ OPENAI_BASE_URL: fake.url });
	storeId = (await createStore(t.client, { "policy.md": "Returns are accepted within 30 days of delivery." })).id;
});
beforeEach(() => {
	fake.answerWith(["Returns are accepted ", "within 30 days", " 【1】", "."]);
	fake.setPaused(false);
	fake.requests.length = 0;
});
afterAll(async () => {
	await t.stop();
	await fake.stop();
});

type Event = OpenAI.Responses.ResponseStreamEvent;
const request = () => ({
	...{ model: "fake-model", input: "Within how many days are returns accepted?", tools: [fileSearch(storeId)] },
	background: true,
});
const start = () => t.client.responses.create({ ...request(), stream: true });
const replay = async (id: string, starting_after?: number) =>
	Array.fromAsync(await t.client.responses.retrieve(id, { stream: true, ...(starting_after && { starting_after }) }));
const idOf = (events: Event[]) => (events[0] as OpenAI.Responses.ResponseCreatedEvent).response.id;
const textOf = (events: Event[]) =>
	events.map((event) => (event.type === "response.output_text.delta" ? event.delta : "")).join("");
const finalOf = (events: Event[]) => (events.at(-1) as OpenAI.Responses.ResponseCompletedEvent).response;

/** Reads a stream until it has told this much text, and goes away. */
async function readUntil(text: string): Promise<Event[]> {
	const read: Event[] = [];
	for await (const event of await start()) {
		read.push(event);
		if (textOf(read).includes(text)) break;
	}
	return read;
}

describe("the events of a background response", () => {
	test("begin with queued, and are those of the foreground then", async () => {
		const events = await Array.fromAsync(await start());
		for (const event of events) expectSchema("ResponseStreamEvent", event);
		const types = events.map((event) => event.type);
		expect(types.slice(0, 3)).toEqual(["response.created", "response.queued", "response.in_progress"]);
		const foreground = await t.client.responses.create({ ...request(), background: false, stream: true });
		const others = (await Array.fromAsync(foreground)).map((event) => event.type);
		expect(types.filter((type) => type !== "response.queued")).toEqual(others);
		expect(events.map((event) => event.sequence_number)).toEqual(events.map((_, place) => place));
		const statuses = events.flatMap((event) => ("response" in event ? [event.response.status] : []));
		expect(statuses).toEqual(["queued", "queued", "in_progress", "completed"]);
		for (const event of events.slice(0, 3)) expect("response" in event && event.response.output).toEqual([]);
	});

	test("add up to the response that is stored", async () => {
		const events = await Array.fromAsync(await start());
		expect(await t.client.responses.retrieve(idOf(events))).toMatchObject(JSON.parse(JSON.stringify(finalOf(events))));
	});

	test("are told while the model speaks", async () => {
		fake.failNext("/chat/completions", { kind: "stall", after: 2 });
		const read = await readUntil("within 30 days");
		expect(textOf(read)).toBe("Returns are accepted within 30 days");
		const { status } = await t.client.responses.cancel(idOf(read));
		expect(status).toBe("cancelled");
	});

	test("are told again as they were, all of them or those after a number", async () => {
		const events = await Array.fromAsync(await start());
		expect(await replay(idOf(events))).toEqual(events);
		for (const place of [1, 4, events.length - 2]) {
			expect(await replay(idOf(events), place)).toEqual(events.slice(place + 1));
		}
		expect(await replay(idOf(events), events.length - 1)).toEqual([]);
	});

	test("go over the wire again byte for byte", async () => {
		const body = JSON.stringify({ ...request(), stream: true });
		const headers = { "content-type": "application/json" };
		const first = await (await fetch(`${t.url}/v1/responses`, { method: "POST", headers, body })).text();
		const { id } = parseFrames(first)[0]!.data.response as { id: string };
		expect(await (await fetch(`${t.url}/v1/responses/${id}?stream=true`)).text()).toBe(first);
	});

	test("are taken up where the client left off, while the answer goes on", async () => {
		fake.setPaused(true);
		const read: Event[] = [];
		for await (const event of await start()) {
			read.push(event);
			if (event.type === "response.file_search_call.completed") break;
		}
		const resumed = replay(idOf(read), read.length - 1);
		await until("the model to be asked", () => fake.requests.length > 0);
		fake.setPaused(false);
		const all = [...read, ...(await resumed)];
		expect(all.map((event) => event.sequence_number)).toEqual(all.map((_, place) => place));
		expect(textOf(all)).toBe("Returns are accepted within 30 days.");
		expect(await replay(idOf(read))).toEqual(all);
	});

	test("are told to several at once", async () => {
		fake.setPaused(true);
		const first = Array.fromAsync(await start());
		await until("the model to be asked", () => fake.requests.length > 0);
		const { rows } = await t.service.db.query<{ id: string }>(
			"SELECT id FROM responses WHERE body->>'status' = 'in_progress'",
		);
		const others = rows.flatMap(({ id }) => [replay(id), replay(id)]);
		expect(others).toHaveLength(2);
		fake.setPaused(false);
		for (const other of others) expect(await other).toEqual(await first);
	});

	test("are found by the official client's helper, which asks for all and skips what was seen", async () => {
		const read = await readUntil("Returns");
		const seen: Event[] = [];
		const stream = t.client.responses.stream({ response_id: idOf(read), starting_after: read.length - 1 });
		stream.on("event", (event) => seen.push(event));
		const final = await stream.finalResponse();
		expect(final).toMatchObject({ status: "completed", output_text: "Returns are accepted within 30 days." });
		expect(seen[0]?.sequence_number).toBe(read.length);
	});

	test("end with the error of an answer that fails", async () => {
		fake.failNext("/chat/completions", { kind: "cut_off", after: 2 });
		const { id } = await t.client.responses.create({ ...request(), stream: true }).then(async (stream) => {
			for await (const event of stream) if ("response" in event) return event.response;
			throw new Error("no event");
		});
		await until("it to fail", async () => (await t.client.responses.retrieve(id)).status === "failed");
		const text = await (await fetch(`${t.url}/v1/responses/${id}?stream=true`)).text();
		const frames = parseFrames(text);
		for (const { data } of frames) expectSchema("ResponseStreamEvent", data);
		expect(frames.slice(-2)).toMatchObject([
			{ event: "error", data: { message: expect.any(String) } },
			{ event: "response.failed", data: { response: { status: "failed", error: { code: "server_error" } } } },
		]);
		expect(frames.map(({ data }) => data.sequence_number)).toEqual(frames.map((_, place) => place));
		expect(frames.at(-1)?.data.response).toMatchObject(
			JSON.parse(
				JSON.stringify({ ...(await t.client.responses.retrieve(id)), output_text: undefined, receipt: undefined }),
			),
		);
	});

	test("end where it is cancelled, with what was told until then", async () => {
		fake.failNext("/chat/completions", { kind: "stall", after: 2 });
		const told = "Returns are accepted within 30 days";
		const read = await readUntil(told);
		const following = replay(idOf(read));
		const cancelled = await t.client.responses.cancel(idOf(read));
		expect(cancelled.output).toMatchObject([
			{ type: "file_search_call", status: "completed" },
			{ type: "message", status: "incomplete", content: [{ type: "output_text", text: told }] },
		]);
		const events = await following;
		for (const event of events) expectSchema("ResponseStreamEvent", event);
		expect(textOf(events)).toBe(told);
		expect(events.at(-1)).toMatchObject({ type: "response.incomplete", response: { status: "cancelled" } });
		expect(events.map((event) => event.sequence_number)).toEqual(events.map((_, place) => place));
		expect(await replay(idOf(read))).toEqual(events);
	});

	test("end with an error where it is deleted", async () => {
		fake.failNext("/chat/completions", { kind: "stall", after: 1 });
		const read = await readUntil("Returns");
		const following = replay(idOf(read));
		await t.client.responses.delete(idOf(read));
		await expect(following).rejects.toThrow(/was deleted/);
		const { rows } = await t.service.db.query("SELECT FROM response_events WHERE response_id = $1", [idOf(read)]);
		expect(rows).toEqual([]);
	});

	test("are kept some at a time", async () => {
		fake.answerWith(Array.from({ length: 500 }, (_, place) => `word${place} `));
		const events = await Array.fromAsync(await start());
		expect(events.length).toBeGreaterThan(500);
		const { rows } = await t.service.db.query<{ last_number: number }>(
			"SELECT last_number FROM response_events WHERE response_id = $1 ORDER BY last_number",
			[idOf(events)],
		);
		expect(rows.at(-1)?.last_number).toBe(events.length - 1);
		// At most ten rows a second; each of 500 pieces had one, if it had its own.
		expect(rows.length).toBeLessThan(250);
	});
});

describe("a stream that there is none of is refused", () => {
	const get = (path: string) => send(t.url, "GET", `/v1/responses/${path}`);

	test.each([
		["a response of the foreground", { background: false, stream: true as const }],
		["a background response without a stream", { stream: false as const }],
	])("%s", async (_name, options) => {
		const created = await t.client.responses.create({ ...request(), ...options });
		const id = Symbol.asyncIterator in created ? idOf(await Array.fromAsync(created)) : created.id;
		const answer = await get(`${id}?stream=true`);
		expect([answer.status, errorOf(answer).param]).toEqual([400, "stream"]);
		expect(errorOf(answer).message).toMatch(/'background' and 'stream'/);
	});

	test("an unknown response, and a number that is none", async () => {
		expect((await get("resp_none?stream=true")).status).toBe(404);
		const events = await Array.fromAsync(await start());
		const answer = await get(`${idOf(events)}?stream=true&starting_after=x`);
		expect([answer.status, errorOf(answer).param]).toEqual([400, "starting_after"]);
	});
});
