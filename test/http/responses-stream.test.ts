import { readFileSync } from "node:fs";
import type OpenAI from "openai";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { citationsOf, type Frame, fileSearch, parseFrames, readFrames } from "../support/ask.ts";
import { type FakeOpenAI, startFakeOpenAI } from "../support/fake-openai.ts";
import { startTestService, type TestService } from "../support/service.ts";
import { createStore, fixture } from "../support/upload.ts";
import { expectSchema } from "../support/wire-schema.ts";

let fake: FakeOpenAI;
let t: TestService;
let storeId: string;
beforeAll(async () => {
	fake = await startFakeOpenAI();
	t = await startTestService({ OPENAI_BASE_URL: fake.url });
	const store = await createStore(t.client, { "policy.md": "Returns are accepted within 30 days of delivery." });
	storeId = store.id;
	await t.client.vectorStores.files.update(store.fileIds["policy.md"] as string, {
		vector_store_id: storeId,
		attributes: { region: "us" },
	});
});
beforeEach(() => fake.answerWith(["Returns are accepted ", "within 30 days", " 【1】", "."]));
afterAll(async () => {
	await t.stop();
	await fake.stop();
});

const request = () => ({
	model: "fake-model",
	input: "Within how many days are returns accepted?",
	tools: [fileSearch(storeId)],
});
const withResults: { include: OpenAI.Responses.ResponseIncludable[] } = { include: ["file_search_call.results"] };

const golden = parseFrames(readFileSync(fixture("wire/responses-file-search.sse"), "utf8"));

/** The frames, of several pieces of text in a row the first: how many there are is the model's business. */
const withoutRepeats = (frames: Frame[]) =>
	frames.filter(({ event }, place) => !(/delta$|annotation.added$/.test(event) && frames[place - 1]?.event === event));

const typesOf = (frames: Frame[]) => withoutRepeats(frames).map((frame) => frame.event);

/** What of a frame does not depend on what was asked: what it is about, where that stands, and how far it has come. */
function outlineOf({ event, data }: Frame) {
	const { output_index, content_index, annotation_index } = data;
	const { item, part, response } = data as Record<string, { output?: object[] } & Record<string, unknown>>;
	const about = (given: Record<string, unknown> | undefined) => given && [given.type, given.role, given.status];
	const output = response?.output?.map((item) => about({ ...item }));
	return [event, output_index, content_index, annotation_index, about(item), about(part), about(response), output];
}

/** The response of a stream's last event. */
const finalOf = (frames: Frame[]) => frames.at(-1)?.data.response as OpenAI.Responses.Response;

describe("the frames of a stream", () => {
	test("come in the order of the hosted service's", async () => {
		expect(typesOf(await readFrames(t.url, request()))).toEqual(typesOf(golden));
	});

	test("are one by one about the same items, parts and states as the hosted service's", async () => {
		const outlines = withoutRepeats(await readFrames(t.url, request())).map(outlineOf);
		expect(outlines).toEqual(withoutRepeats(golden).map(outlineOf));
	});

	test("repeat their type in the data, and count from 0", async () => {
		const frames = await readFrames(t.url, request());
		expect(frames.map(({ data }) => data.type)).toEqual(frames.map(({ event }) => event));
		expect(frames.map(({ data }) => data.sequence_number)).toEqual(frames.map((_, place) => place));
	});

	test("hold every key that the hosted service's do, at every depth", async () => {
		const frames = await readFrames(t.url, { ...request(), ...withResults });
		for (const { event, data } of golden) {
			const ours = frames.filter((frame) => frame.event === event).map((frame) => missingKeys(data, frame.data));
			expect.soft(ours.toSorted((a, b) => a.length - b.length)[0], event).toEqual([]);
		}
	});

	test.each([
		["an answer from documents", () => ({ ...request(), ...withResults })],
		["an answer without results", request],
		["an answer without documents", () => ({ model: "fake-model", input: "Hello" })],
	])("fit the wire's schema: %s", async (_name, body) => {
		const frames = await readFrames(t.url, body());
		for (const { data } of frames) expectSchema("ResponseStreamEvent", data);
		expect(frames.at(-1)?.event).toBe("response.completed");
	});

	test("tell the text bit by bit, each citation where it attaches, and then all again", async () => {
		const frames = await readFrames(t.url, request());
		const of = (type: string) => frames.filter((frame) => frame.event === type).map((frame) => frame.data);
		const text = "Returns are accepted within 30 days.";
		expect(
			of("response.output_text.delta")
				.map((data) => data.delta)
				.join(""),
		).toBe(text);
		expect(of("response.output_text.delta").length).toBeGreaterThan(2);
		expect(of("response.output_text.done")).toMatchObject([{ text }]);
		const told = frames.slice(
			0,
			frames.findIndex((frame) => frame.event.endsWith("annotation.added")),
		);
		const before = told.map(({ event, data }) => (event.endsWith("text.delta") ? data.delta : "")).join("");
		const [added] = of("response.output_text.annotation.added");
		expect(added).toMatchObject({ annotation_index: 0, annotation: { index: before.length } });
		expect(of("response.content_part.done")).toMatchObject([{ part: { text, annotations: [added?.annotation] } }]);
	});

	test("never show a piece of a marker", async () => {
		fake.answerWith([..."Within 30 days 【1†source】【2】 of 【delivery】."]);
		const frames = await readFrames(t.url, request());
		const deltas = frames.filter(({ event }) => event.endsWith("text.delta")).map(({ data }) => data.delta as string);
		expect(deltas.join("")).toBe("Within 30 days of 【delivery】.");
		for (const delta of deltas) expect(delta).not.toMatch(/[†12]/);
	});

	test("say nothing of searches where no documents are asked", async () => {
		fake.answerWith(["Hello", " to you."]);
		expect(typesOf(await readFrames(t.url, { model: "fake-model", input: "Hello" }))).toEqual([
			"response.created",
			"response.in_progress",
			"response.output_item.added",
			"response.content_part.added",
			"response.output_text.delta",
			"response.output_text.done",
			"response.content_part.done",
			"response.output_item.done",
			"response.completed",
		]);
	});

	test.each([
		["length", "max_output_tokens"],
		["content_filter", "content_filter"],
	])("end in response.incomplete where the model stopped for %s", async (finish, reason) => {
		fake.answerWith(["Returns are"], { finish });
		const frames = await readFrames(t.url, request());
		for (const { data } of frames) expectSchema("ResponseStreamEvent", data);
		expect(frames.at(-1)).toMatchObject({
			event: "response.incomplete",
			data: {
				response: { status: "incomplete", incomplete_details: { reason }, output: [{}, { status: "incomplete" }] },
			},
		});
	});

	test("are an answer even where the model says nothing", async () => {
		fake.answerWith([]);
		const types = typesOf(await readFrames(t.url, request()));
		expect(types).toEqual(typesOf(golden).filter((type) => !/delta|annotation/.test(type)));
	});
});

describe("what a stream adds up to", () => {
	/** What differs from one answer to the next, whatever is asked. */
	const stable = (response: OpenAI.Responses.Response) =>
		JSON.parse(JSON.stringify(response), (key, value) =>
			["id", "created_at", "completed_at", "milliseconds", "output_text"].includes(key) ? undefined : value,
		);

	test.each([
		["with results", withResults],
		["without results", {}],
	])("is the answer that is given plain, %s", async (_name, options) => {
		const plain = await t.client.responses.create({ ...request(), ...options });
		const streamed = finalOf(await readFrames(t.url, { ...request(), ...options }));
		expect(stable(streamed)).toEqual(stable(plain));
	});

	test("is what the official client makes of it, which checks every event", async () => {
		const seen: string[] = [];
		const stream = t.client.responses.stream({ ...request(), ...withResults });
		stream.on("event", (event) => seen.push(event.type));
		const final = await stream.finalResponse();
		expect(seen.at(-1)).toBe("response.completed");
		expect(final.output_text).toBe("Returns are accepted within 30 days.");
		expect(citationsOf(final)).toMatchObject([
			{ quote: "Returns are accepted within 30 days of delivery.", index: 35 },
		]);
		const kept = await t.client.responses.retrieve(final.id, withResults);
		expect(kept.output).toMatchObject(
			JSON.parse(JSON.stringify(final.output, (key, value) => (key === "parsed" ? undefined : value))),
		);
	});

	test("is told in the same events to a client that reads them one by one", async () => {
		const stream = await t.client.responses.create({ ...request(), stream: true });
		const events = await Array.fromAsync(stream);
		expect(events.map((event) => event.type)).toEqual((await readFrames(t.url, request())).map((frame) => frame.event));
	});

	test("is kept before it is told, so that a client can go on from it at once", async () => {
		const stream = await t.client.responses.create({ ...request(), stream: true });
		for await (const event of stream) {
			if (event.type !== "response.completed") continue;
			expect((await t.client.responses.retrieve(event.response.id)).status).toBe("completed");
		}
		expect.assertions(1);
	});

	test("is not kept with store: false", async () => {
		const frames = await readFrames(t.url, { ...request(), store: false });
		await expect(t.client.responses.retrieve(finalOf(frames).id)).rejects.toMatchObject({ status: 404 });
	});
});

/** Paths of the keys that `wanted` has and `given` has not; of arrays the first items are compared. */
function missingKeys(wanted: unknown, given: unknown, path = ""): string[] {
	if (Array.isArray(wanted)) {
		if (wanted.length === 0) return [];
		return Array.isArray(given) && given.length > 0 ? missingKeys(wanted[0], given[0], `${path}[0]`) : [`${path}[0]`];
	}
	if (wanted === null || typeof wanted !== "object") return [];
	return Object.entries(wanted).flatMap(([key, value]) => {
		const ours = given as Record<string, unknown> | null;
		return ours && key in ours ? missingKeys(value, ours[key], `${path}.${key}`) : [`${path}.${key}`];
	});
}
