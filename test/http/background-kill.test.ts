import OpenAI from "openai";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type CliProcess, startServe } from "../support/cli.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { type FakeOpenAI, startFakeOpenAI } from "../support/fake-openai.ts";
import { until } from "../support/until.ts";

/**
 * A server that is killed while it answers three responses in the background and a fourth waits, and the same database
 * again: one that nobody was told of, one whose first words were told, one of which nothing but its beginning was.
 *
 * On Postgres a dead server's jobs go to others once it has been silent for ten seconds, and were looked for.
 */
const RECOVERY_MS = 60_000;

type Event = OpenAI.Responses.ResponseStreamEvent;
let fake: FakeOpenAI;
let database: TestDatabase;
let server: CliProcess;
let client: OpenAI;
let conversation: string;
let plain: string;
let waiting: string;
/** What was told of these two before the server died. */
const spoken: Event[] = [];
const silent: Event[] = [];

async function start(): Promise<void> {
	const started = await startServe({ ...database.settings, OPENAI_BASE_URL: fake.url, BACKGROUND_CONCURRENCY: "3" });
	server = started.process;
	client = new OpenAI({ baseURL: `${started.url}/v1`, apiKey: "none", maxRetries: 0 });
}

const request = (input: string) => ({ model: "fake-model", input, background: true });
const idOf = (events: Event[]) => (events[0] as OpenAI.Responses.ResponseCreatedEvent).response.id;
const numbers = (events: Event[]) => events.map((event) => event.sequence_number);
const textOf = (events: Event[]) =>
	events.map((event) => (event.type === "response.output_text.delta" ? event.delta : "")).join("");

/** Reads along until the server dies. */
async function follow(input: string, events: Event[]): Promise<void> {
	const stream = await client.responses.create({ ...request(input), stream: true });
	try {
		for await (const event of stream) events.push(event);
	} catch {}
}

async function replay(id: string): Promise<{ events: Event[]; error: unknown }> {
	const events: Event[] = [];
	let error: unknown;
	try {
		for await (const event of await client.responses.retrieve(id, { stream: true })) events.push(event);
	} catch (thrown) {
		error = thrown;
	}
	return { events, error };
}

const ended = (id: string) =>
	until(
		"the response to end",
		async () => {
			const response = await client.responses.retrieve(id);
			return response.status !== "queued" && response.status !== "in_progress" && response;
		},
		RECOVERY_MS,
	);

beforeAll(async () => {
	fake = await startFakeOpenAI();
	database = await createTestDatabase();
	await start();
	conversation = (await client.conversations.create()).id;
	fake.answerWith(["In the", " forest", " of Ituri."]);
	fake.failNext("/chat/completions", { kind: "stall", after: 2 });
	void follow("Where does it live?", spoken);
	await until("the first words", () => textOf(spoken) === "In the forest");
	fake.setPaused(true);
	void follow("What does it eat?", silent);
	plain = (await client.responses.create({ ...request("How old does it grow?"), conversation })).id;
	await until("all to be asked", () => fake.requests.length === 3 && silent.length === 3);
	waiting = (await client.responses.create(request("How large is it?"))).id;
	await server.end("SIGKILL");
	fake.setPaused(false);
	fake.answerWith(["A different answer."]);
	await start();
});
afterAll(async () => {
	await server.end("SIGKILL");
	await fake.stop();
	await database.remove();
});

test("one that nobody was told of is answered anew, and its conversation was kept for it", {
	timeout: RECOVERY_MS,
}, async () => {
	expect(await ended(plain)).toMatchObject({ status: "completed", output_text: "A different answer." });
	const { data } = await client.conversations.items.list(conversation, { order: "asc" });
	const texts = data.map((item) => item.type === "message" && (item.content[0] as { text: string }).text);
	expect(texts).toEqual(["How old does it grow?", "A different answer."]);
	await client.responses.create({ model: "fake-model", input: "And then?", conversation });
});

test("one that waited has its turn", { timeout: RECOVERY_MS }, async () => {
	expect(await ended(waiting)).toMatchObject({ status: "completed", output_text: "A different answer." });
});

test("one whose first words were told fails, so that they are never taken back", { timeout: RECOVERY_MS }, async () => {
	const response = await ended(idOf(spoken));
	expect(response).toMatchObject({
		...{ status: "failed", output_text: "In the forest" },
		error: { code: "server_error", message: expect.stringMatching(/stopped while.*Send the request again/) },
	});
	const { events, error } = await replay(idOf(spoken));
	expect(events).toEqual(spoken);
	expect(error).toMatchObject({ message: expect.stringMatching(/stopped while/) });
});

test("one of which only the beginning was told goes on from there", { timeout: RECOVERY_MS }, async () => {
	await ended(idOf(silent));
	const { events, error } = await replay(idOf(silent));
	expect(error).toBeUndefined();
	expect(events.slice(0, 3)).toEqual(silent);
	expect(numbers(events)).toEqual(events.map((_, place) => place));
	expect(textOf(events)).toBe("A different answer.");
	expect(events.at(-1)?.type).toBe("response.completed");
});

test("each was asked once more but the one that failed", () => {
	const asked = fake.requests.map(({ body }) => (body.messages as { content: string }[])[0]?.content);
	const times = (question: string) => asked.filter((content) => content === question).length;
	expect(times("Where does it live?")).toBe(1);
	for (const question of ["What does it eat?"]) expect(times(question)).toBe(2);
	expect(times("How large is it?")).toBe(1);
});
