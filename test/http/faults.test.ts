import OpenAI from "openai";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { fileSearch, parseFrames } from "../support/ask.ts";
import { type FakeOpenAI, type Fault, startFakeOpenAI } from "../support/fake-openai.ts";
import { startTestService, type TestService } from "../support/service.ts";
import { until } from "../support/until.ts";
import { createStore } from "../support/upload.ts";
import { expectSchema } from "../support/wire-schema.ts";

/** Every way the model's server goes wrong, met in every way an answer is given, each time on a conversation. */
let fake: FakeOpenAI;
/** One that gives a silent model up, and one that waits longer for it than any test takes. */
const services = {} as Record<"hasty" | "patient", { t: TestService; storeId: string }>;
let t: TestService;
let storeId: string;
let conversation: string;
beforeAll(async () => {
	fake = await startFakeOpenAI();
	services.hasty = await start({ MODEL_TIMEOUT_SECONDS: "3" });
	services.patient = await start();
}, 120_000);
beforeEach(() => use("patient"));

async function start(settings: Record<string, string> = {}) {
	const t = await startTestService({ OPENAI_BASE_URL: fake.url, ...settings });
	const store = await createStore(t.client, { "policy.md": "Returns are accepted within 30 days of delivery." });
	return { t, storeId: store.id };
}

/** The service that is asked from now on, and a conversation of its own. */
async function use(which: keyof typeof services): Promise<void> {
	({ t, storeId } = services[which]);
	fake.answerWith(["Returns are accepted ", "within 30 days", " of delivery 【1】", "."]);
	fake.setPaused(false);
	fake.requests.length = 0;
	conversation = (await t.client.conversations.create()).id;
}
afterAll(async () => {
	for (const { t } of Object.values(services)) await t.stop();
	await fake.stop();
});

const request = (background: boolean) => ({
	...{ model: "fake-model", input: "Within how many days are returns accepted?", conversation, background },
	tools: [fileSearch(storeId)],
});

/** How an answer that was asked for in some way ended: as `status` says it on the wire, 4xx and 5xx among it. */
type End = { status: string | number | undefined; code: string | null | undefined; message: string };

const endOf = ({ status, error }: OpenAI.Responses.Response): End => ({
	...{ status, code: error?.code, message: error?.message ?? "" },
});

async function endOfFrames(text: string): Promise<End> {
	const frames = parseFrames(text);
	for (const { event, data } of frames) {
		expectSchema("ResponseStreamEvent", data);
		expect(data.type).toBe(event);
	}
	expect(frames.map(({ data }) => data.sequence_number)).toEqual(frames.map((_, place) => place));
	const last = frames.at(-1)?.data.response as OpenAI.Responses.Response;
	if (last.status === "failed")
		expect(frames.at(-2)).toMatchObject({ event: "error", data: { message: last.error?.message } });
	return endOf(last);
}

const post = (background: boolean) =>
	fetch(`${t.url}/v1/responses`, {
		method: "POST",
		headers: { "content-type": "application/json" },
		body: JSON.stringify({ ...request(background), stream: true }),
	});

const WAYS = {
	plain: async (): Promise<End> => {
		try {
			return endOf(await t.client.responses.create(request(false)));
		} catch (error) {
			if (!(error instanceof OpenAI.APIError)) throw error;
			return { status: error.status, code: error.code, message: error.message };
		}
	},
	streamed: async () => endOfFrames(await (await post(false)).text()),
	background: async () => {
		const { id } = await t.client.responses.create(request(true));
		return until("the response to end", async () => {
			const response = await t.client.responses.retrieve(id);
			return response.completed_at !== undefined && !/queued|progress/.test(response.status ?? "") && endOf(response);
		});
	},
	"streamed in the background": async () => {
		const text = await (await post(true)).text();
		const { id } = parseFrames(text)[0]!.data.response as { id: string };
		const [told, stored] = [await endOfFrames(text), endOf(await t.client.responses.retrieve(id))];
		expect(told).toEqual(stored);
		return told;
	},
};
const ways = Object.keys(WAYS) as (keyof typeof WAYS)[];

const stored = async () => {
	const { rows } = await t.service.db.query<{ status: string }>(
		"SELECT body->>'status' AS status FROM responses WHERE body->'conversation'->>'id' = $1",
		[conversation],
	);
	return rows.map(({ status }) => status);
};
const items = async () => (await t.client.conversations.items.list(conversation)).data.length;

/** Told so, the client between us and the model does not try again, which would take seconds. */
const headers = { "x-should-retry": "false" };

type Told = { http: number; code: string; response: string; says: RegExp };
const upstream = { http: 502, code: "upstream_error", response: "server_error" };
const FAULTS: [string, Fault, Told][] = [
	["cuts off", { kind: "cut_off", after: 2 }, { ...upstream, says: /model/ }],
	["sends garbage", { kind: "garbage" }, { ...upstream, says: /model/ }],
	["sends a web page", { kind: "web_page" }, { ...upstream, says: /OPENAI_BASE_URL/ }],
	[
		"has a failure",
		{ kind: "status", status: 500, headers, message: "No memory." },
		{ ...upstream, says: /No memory/ },
	],
	[
		"sets a limit",
		{ kind: "status", status: 429, headers, message: "Slow down." },
		{ http: 429, code: "rate_limit_exceeded", response: "rate_limit_exceeded", says: /Slow down/ },
	],
	["hangs", { kind: "hang" }, { ...upstream, says: /sent nothing for 3 s/ }],
	["falls silent in mid-stream", { kind: "stall", after: 2 }, { ...upstream, says: /sent nothing for 3 s/ }],
];

describe.each(ways)("an answer given %s", (way) => {
	test.each(FAULTS)("where the server %s, ends with that", async (_name, fault, { http, code, response, says }) => {
		const silent = fault.kind === "hang" || fault.kind === "stall";
		if (silent) await use("hasty");
		fake.failNext("/chat/completions", fault);
		const end = await WAYS[way]();
		expect(end).toMatchObject(way === "plain" ? { status: http, code } : { status: "failed", code: response });
		expect(end.message).toMatch(says);
		expect(await items()).toBe(0);
		expect(await stored()).toEqual(/background/.test(way) ? ["failed"] : []);
		if (silent) await until("the call to be given up", () => fake.requests[0]?.abandoned);
		// Let go of before its end was told.
		expect((await WAYS.plain()).status).toBe("completed");
		expect(await items()).toBeGreaterThan(0);
	});

	test("where the server is slow, waits for it", async () => {
		fake.answerWith(Array.from({ length: 40 }, (_, place) => `word${place} `));
		fake.setPaused(true);
		const answer = WAYS[way]();
		await until("the model to be asked", () => fake.requests.length > 0);
		expect(await stored()).toEqual(/background/.test(way) ? ["in_progress"] : []);
		fake.setPaused(false);
		expect(await answer).toMatchObject({ status: "completed" });
		expect(await stored()).toEqual(["completed"]);
	});
});

describe("a client that goes away", () => {
	/** Reads so many events of a stream, then goes. */
	async function leave(background: boolean, after: string): Promise<void> {
		const stream = await t.client.responses.create({ ...request(background), stream: true });
		for await (const event of stream) if (event.type === after) break;
	}

	test.each([
		["before the answer begins", { kind: "hang" }],
		["in mid-stream", { kind: "stall", after: 2 }],
	] satisfies [string, Fault][])("from a plain answer, %s, leaves nothing behind", async (_name, fault) => {
		fake.failNext("/chat/completions", fault);
		const abort = new AbortController();
		const answer = t.client.responses.create(request(false), { signal: abort.signal });
		await until("the model to be asked", () => fake.requests.length > 0);
		abort.abort();
		await expect(answer).rejects.toThrow(OpenAI.APIUserAbortError);
		await until("the call to be given up", () => fake.requests[0]?.abandoned);
		await untilFree();
		expect([await items(), await stored()]).toEqual([0, []]);
	});

	test.each([
		["before the answer begins", { kind: "hang" }, "response.file_search_call.completed"],
		["in mid-stream", { kind: "stall", after: 2 }, "response.output_text.delta"],
	] satisfies [string, Fault, string][])("from a stream, %s, leaves nothing behind", async (_name, fault, after) => {
		fake.failNext("/chat/completions", fault);
		await leave(false, after);
		await until("the call to be given up", () => fake.requests[0]?.abandoned);
		await untilFree();
		expect([await items(), await stored()]).toEqual([0, []]);
	});

	test("from a background stream stops nothing", async () => {
		fake.setPaused(true);
		await leave(true, "response.file_search_call.completed");
		await until("the model to be asked", () => fake.requests.length > 0);
		fake.setPaused(false);
		await until("the answer to be stored", async () => (await stored())[0] === "completed");
		expect(fake.requests[0]?.abandoned).toBe(false);
		expect(await items()).toBe(3);
	});

	async function untilFree(): Promise<void> {
		await until("the conversation to be free", async () => {
			const { rows } = await t.service.db.query("SELECT FROM conversations WHERE id = $1 AND locked_by IS NULL", [
				conversation,
			]);
			return rows.length === 1;
		});
	}
});
