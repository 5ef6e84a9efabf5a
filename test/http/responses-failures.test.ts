import OpenAI from "openai";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { fileSearch, readFrames } from "../support/ask.ts";
import { type FakeOpenAI, type Fault, startFakeOpenAI } from "../support/fake-openai.ts";
import { startTestService, type TestService } from "../support/service.ts";
import { until } from "../support/until.ts";
import { createStore } from "../support/upload.ts";
import { expectSchema } from "../support/wire-schema.ts";

let fake: FakeOpenAI;
let t: TestService;
let storeId: string;
beforeAll(async () => {
	fake = await startFakeOpenAI();
	t = await startTestService({ OPENAI_BASE_URL: fake.url, OPENAI_API_KEY: "gsk_Own99kQ1234567890" });
	storeId = (await createStore(t.client, { "a.txt": "Shipping is free for members." })).id;
});
beforeEach(() => {
	fake.requests.length = 0;
	fake.setDown(false);
	fake.answerWith(["Shipping is", " free for", " members 【1】", "."]);
});
afterAll(async () => {
	await t.stop();
	await fake.stop();
});

const request = () => ({ model: "fake-model", input: "Is shipping free for members?", tools: [fileSearch(storeId)] });
const ask = (options = {}) => t.client.responses.create(request(), options);
const fail = (fault: Fault) => fake.failNext("/chat/completions", fault);
/** Told so, the client between us and the model does not try again, which would take seconds. */
const once = { "x-should-retry": "false" };

async function errorOf(asked: Promise<unknown>): Promise<InstanceType<typeof OpenAI.APIError>> {
	const thrown = await asked.then(
		() => undefined,
		(error: unknown) => error,
	);
	if (thrown instanceof OpenAI.APIError) return thrown;
	throw new Error(`no API error: ${JSON.stringify(thrown)}`);
}

describe("what goes wrong at the model's server is an error of ours", () => {
	test("a model that it does not have is model_not_found", async () => {
		fail({ kind: "status", status: 404, message: "model 'fake-model' not found" });
		const error = await errorOf(ask());
		expect(error).toBeInstanceOf(OpenAI.NotFoundError);
		expect(error).toMatchObject({ code: "model_not_found", param: "model" });
		expect(error.message).toContain("'fake-model'");
	});

	test.each([
		"Incorrect API key provided: sk-proj-abcdef1234567890.",
		"The key gsk_Own99kQ1234567890 is not valid.",
		"Bad header: Bearer gsk_Own99kQ1234567890",
	])("a key it refuses is not shown: %s", async (message) => {
		fail({ kind: "status", status: 401, message });
		const error = await errorOf(ask());
		expect(error).toMatchObject({ status: 502, code: "upstream_error" });
		expect(error.message).toContain("[redacted]");
		expect(error.message).not.toMatch(/abcdef|1234567890/);
		expect(error.headers?.get("x-should-retry")).toBe("false");
	});

	test("a limit it sets is ours, with the time to wait", async () => {
		fail({ kind: "status", status: 429, headers: { "retry-after": "7", ...once }, message: "Slow down." });
		const error = await errorOf(ask());
		expect(error).toBeInstanceOf(OpenAI.RateLimitError);
		expect(error).toMatchObject({ code: "rate_limit_exceeded", type: "rate_limit_error" });
		expect(error.headers?.get("retry-after")).toBe("7");
		expect(error.message).toContain("Slow down.");
	});

	test("a failure it has is a 502 that a client may try again", async () => {
		fail({ kind: "status", status: 500, headers: once, message: "CUDA out of memory" });
		const error = await errorOf(ask());
		expect(error).toMatchObject({ status: 502, code: "upstream_error", type: "server_error" });
		expect(error.message).toContain("CUDA out of memory");
		expect(error.headers?.get("x-should-retry")).toBeNull();
	});

	test("a request it refuses is a 502 that is of no use to try again", async () => {
		fail({ kind: "status", status: 400, message: "context too long" });
		const error = await errorOf(ask());
		expect(error.status).toBe(502);
		expect(error.headers?.get("x-should-retry")).toBe("false");
	});

	test("a failure that passes is tried again without a word", async () => {
		fail({ kind: "status", status: 503, headers: { "retry-after-ms": "10" } });
		expect((await ask()).output_text).toBe("Shipping is free for members.");
		expect(fake.requests).toHaveLength(2);
	});

	test("a server that is down is named, with what to check", async () => {
		fake.setDown(true);
		const error = await errorOf(ask());
		expect(error.status).toBe(502);
		expect(error.message).toMatch(/cannot be reached.*OPENAI_BASE_URL/);
	});

	test.each([
		["breaks off", { kind: "cut_off", after: 2 }],
		["is garbage", { kind: "garbage" }],
		["is a web page", { kind: "web_page" }],
	] satisfies [string, Fault][])("an answer that %s is a 502, and is not stored", async (_name, fault) => {
		const { rows: before } = await t.service.db.query("SELECT id FROM responses");
		fail(fault);
		expect(await errorOf(ask())).toMatchObject({ status: 502, code: "upstream_error" });
		expect((await t.service.db.query("SELECT id FROM responses")).rows).toHaveLength(before.length);
	});
});

describe("what goes wrong in mid-stream ends the stream", () => {
	test.each([
		["it breaks off", { kind: "cut_off", after: 2 }, "server_error", null],
		["it is garbage", { kind: "garbage" }, "server_error", null],
		["it is a web page", { kind: "web_page" }, "server_error", null],
		["the model is unknown", { kind: "status", status: 404 }, "server_error", "model"],
		["there is a limit", { kind: "status", status: 429, headers: once }, "rate_limit_exceeded", null],
	] satisfies [string, Fault, string, string | null][])(
		"with an error and a failed response: %s",
		async (_name, fault, code, param) => {
			fail(fault);
			const frames = await readFrames(t.url, request());
			for (const { data } of frames) expectSchema("ResponseStreamEvent", data);
			expect(frames.slice(-2)).toMatchObject([
				{
					event: "error",
					data: { type: "error", message: expect.any(String), param: param },
				},
				{ event: "response.failed", data: { response: { status: "failed", error: { code }, completed_at: null } } },
			]);
			expect(frames.map(({ data }) => data.sequence_number)).toEqual(frames.map((_, place) => place));
			expect(frames.some((frame) => frame.event === "response.completed")).toBe(false);
		},
	);

	test("what was told before stands in the failed response", async () => {
		fail({ kind: "cut_off", after: 2 });
		const frames = await readFrames(t.url, request());
		const told = frames.map(({ event, data }) => (event.endsWith("text.delta") ? data.delta : "")).join("");
		expect(told).toBe("Shipping is free for");
		expect(frames.at(-1)?.data.response).toMatchObject({
			output: [
				{ type: "file_search_call", status: "completed" },
				{ type: "message", status: "incomplete", content: [{ type: "output_text", text: told }] },
			],
		});
	});

	test("and the official client throws, however it reads", async () => {
		fail({ kind: "cut_off", after: 2 });
		const stream = await t.client.responses.create({ ...request(), stream: true });
		const seen: string[] = [];
		const reading = (async () => {
			for await (const event of stream) seen.push(event.type);
		})();
		await expect(reading).rejects.toThrow(OpenAI.APIError);
		expect(seen).toContain("response.output_text.delta");
		fail({ kind: "cut_off", after: 2 });
		await expect(t.client.responses.stream(request()).finalResponse()).rejects.toThrow(OpenAI.OpenAIError);
	});
});

describe("a client that goes away stops the model", () => {
	const abandoned = () => until("the upstream request to be given up", () => fake.requests.at(-1)?.abandoned);
	const asked = () => until("the upstream request", () => fake.requests.length > 0);

	test("that has not begun to answer", async () => {
		fail({ kind: "hang" });
		const abort = new AbortController();
		const answer = ask({ signal: abort.signal });
		await asked();
		abort.abort();
		await expect(answer).rejects.toThrow(OpenAI.APIUserAbortError);
		expect(await abandoned()).toBe(true);
	});

	test.each([0, 2])("that streams, after %i pieces", async (after) => {
		fail(after === 0 ? { kind: "hang" } : { kind: "stall", after });
		const stream = await t.client.responses.create({ ...request(), stream: true });
		await asked();
		for await (const event of stream) {
			if (event.type === (after === 0 ? "response.output_item.added" : "response.output_text.delta")) break;
		}
		expect(await abandoned()).toBe(true);
	});

	test("that asks within the process, and cancels the body", async () => {
		fail({ kind: "stall", after: 2 });
		const body = JSON.stringify({ ...request(), stream: true });
		const headers = { "content-type": "application/json" };
		const response = await t.service.fetch(new Request(`${t.url}/v1/responses`, { method: "POST", headers, body }));
		const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
		for (let read = ""; !read.includes("text.delta"); ) read = (await reader?.read())?.value ?? "text.delta";
		await reader?.cancel();
		expect(await abandoned()).toBe(true);
	});
});
