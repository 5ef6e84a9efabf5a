import OpenAI from "openai";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { readFrames } from "../support/ask.ts";
import { type FakeOpenAI, type Fault, startFakeOpenAI } from "../support/fake-openai.ts";
import { startTestService, type TestService } from "../support/service.ts";
import { until } from "../support/until.ts";

let fake: FakeOpenAI;
let t: TestService;
beforeAll(async () => {
	fake = await startFakeOpenAI();
	t = await startTestService({
		OPENAI_BASE_URL: fake.url,
		OPENAI_API_KEY: "k",
		MODEL_TIMEOUT_SECONDS: "1",
		MODEL_RETRIES: "1",
	});
});
beforeEach(() => {
	fake.requests.length = 0;
	fake.answerWith(["Yes", ", it", " is."]);
});
afterAll(async () => {
	await t.stop();
	await fake.stop();
});

const fail = (fault: Fault) => fake.failNext("/chat/completions", fault);
const silences: [string, string, Fault][] = ["m", "openai:m"].flatMap((model) => [
	[model, "that never begins", { kind: "hang" }] as [string, string, Fault],
	[model, "that stops in its midst", { kind: "stall", after: 2 }] as [string, string, Fault],
]);

test.each(silences)(
	"of %s an answer %s is a 502 that names the setting, and the call is ended",
	async (model, _, fault) => {
		fail(fault);
		const error = await t.client.responses.create({ model, input: "?" }).catch((thrown) => thrown);
		expect(error).toBeInstanceOf(OpenAI.InternalServerError);
		expect(error).toMatchObject({ status: 502, code: "upstream_error" });
		expect(error.message).toMatch(/sent nothing for 1 s.*MODEL_TIMEOUT_SECONDS/);
		await until("the call to end", () => fake.requests[0]?.abandoned);
		expect(fake.requests).toHaveLength(1);
	},
);

test.each(silences)("of %s a stream %s ends with an error and a failed response", async (model, _, fault) => {
	fail(fault);
	const frames = await readFrames(t.url, { model, input: "?" });
	expect(frames.slice(-2)).toMatchObject([
		{ event: "error", data: { message: expect.stringContaining("MODEL_TIMEOUT_SECONDS") } },
		{ event: "response.failed", data: { response: { status: "failed", error: { code: "server_error" } } } },
	]);
});

test("a server that is busy once is asked again, and twice is too often", async () => {
	const patient = await startTestService({ OPENAI_BASE_URL: fake.url, MODEL_RETRIES: "1" }, { worker: false });
	const ask = () => patient.client.responses.create({ model: "m", input: "?" });
	const busy = { kind: "status", status: 503, headers: { "retry-after-ms": "5" } } as const;
	fail(busy);
	expect((await ask()).output_text).toBe("Yes, it is.");
	fail(busy);
	fail(busy);
	await expect(ask()).rejects.toMatchObject({ status: 502 });
	expect(fake.requests).toHaveLength(4);
	await patient.stop();
});
