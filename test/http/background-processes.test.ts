import OpenAI from "openai";
import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from "vitest";
import { createService, type Service } from "../../src/app.ts";
import { loadConfig } from "../../src/config.ts";
import { createLog } from "../../src/log.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { type FakeOpenAI, startFakeOpenAI } from "../support/fake-openai.ts";
import { until } from "../support/until.ts";

/** Two servers on one database, of which one answers in the background and the other is asked. */
const serverUrl = inject("serverUrl");

let fake: FakeOpenAI;
let database: TestDatabase;
let answering: Service;
let asked: Service;
let client: OpenAI;
beforeAll(async () => {
	if (!serverUrl) return;
	fake = await startFakeOpenAI();
	database = await createTestDatabase();
	const config = loadConfig({ LOG_LEVEL: "silent", OCR: "off", ...database.settings, OPENAI_BASE_URL: fake.url });
	const start = (background: boolean) =>
		createService(config, createLog(config.LOG_LEVEL), { worker: false, background });
	[answering, asked] = [await start(true), await start(false)];
	client = new OpenAI({
		...{ baseURL: "http://127.0.0.1/v1", apiKey: "none", maxRetries: 0 },
		fetch: async (url: string | URL | Request, init?: RequestInit) => asked.fetch(new Request(url, init)),
	});
});
beforeEach(() => {
	if (serverUrl) fake.requests.length = 0;
});
afterAll(async () => {
	if (!serverUrl) return;
	await Promise.all([asked.close(), answering.close()]);
	await database.remove();
	await fake.stop();
});

const request = { model: "fake-model", input: "Where does it live?", background: true };

describe.runIf(serverUrl)("a background response of another server", () => {
	test("is told while it is answered, and again afterwards", async () => {
		fake.answerWith(["In the", " forest."]);
		const events = await Array.fromAsync(await client.responses.create({ ...request, stream: true }));
		expect(events.at(-1)).toMatchObject({ type: "response.completed", response: { status: "completed" } });
		const { response } = events[0] as OpenAI.Responses.ResponseCreatedEvent;
		expect(await Array.fromAsync(await client.responses.retrieve(response.id, { stream: true }))).toEqual(events);
	});

	test("is cancelled there, too", async () => {
		fake.failNext("/chat/completions", { kind: "hang" });
		const { id } = await client.responses.create(request);
		await until("the model to be asked", () => fake.requests.length > 0);
		expect((await client.responses.cancel(id)).status).toBe("cancelled");
		await until("the call to be given up", () => fake.requests[0]?.abandoned);
		expect((await client.responses.retrieve(id)).status).toBe("cancelled");
	});
});
