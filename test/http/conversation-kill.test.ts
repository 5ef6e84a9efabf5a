import OpenAI from "openai";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openDatabase } from "../../src/db/open.ts";
import { lastMessages } from "../support/ask.ts";
import { type CliProcess, startServe } from "../support/cli.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { type FakeOpenAI, startFakeOpenAI } from "../support/fake-openai.ts";
import { until } from "../support/until.ts";

/** A server that is killed while it answers on a conversation, and the same database again. */
let fake: FakeOpenAI;
let database: TestDatabase;
let server: CliProcess;
let client: OpenAI;
let id: string;

async function start(): Promise<void> {
	const started = await startServe({ ...database.settings, OPENAI_BASE_URL: fake.url });
	server = started.process;
	client = new OpenAI({ baseURL: `${started.url}/v1`, apiKey: "none", maxRetries: 0 });
}

const chat = (input: string) => client.responses.create({ model: "fake-model", conversation: id, input });

beforeAll(async () => {
	fake = await startFakeOpenAI();
	database = await createTestDatabase();
	await start();
	id = (await client.conversations.create({ metadata: { topic: "okapis" } })).id;
	fake.answerWith(["In the forest."]);
	await chat("Where does the okapi live?");
	fake.setPaused(true);
	const asked = fake.requests.length;
	chat("And what does it eat?").catch(() => {});
	await until("the model to be asked", () => fake.requests.length > asked);
	await server.end("SIGKILL");
	fake.setPaused(false);
	await start();
});
afterAll(async () => {
	await server.end("SIGKILL");
	await fake.stop();
	await database.remove();
});

test("what was acknowledged is there, and nothing of what was under way", async () => {
	expect((await client.conversations.retrieve(id)).metadata).toEqual({ topic: "okapis" });
	const { data } = await client.conversations.items.list(id, { order: "asc" });
	const texts = data.map((item) => item.type === "message" && (item.content[0] as { text: string }).text);
	expect(texts).toEqual(["Where does the okapi live?", "In the forest."]);
});

test("the conversation goes on", async () => {
	// On Postgres the process that died might live elsewhere: its lease has to run out. Here that need not be waited for.
	if (database.settings.DATABASE_URL) {
		await expect(chat("And what does it eat?")).rejects.toMatchObject({ status: 400, code: "conversation_locked" });
		const db = await openDatabase(database.settings);
		const { rows } = await db.query<{ seconds: number }>(
			"SELECT extract(epoch FROM locked_until - now())::float AS seconds FROM conversations",
		);
		expect(rows[0]?.seconds).toBeLessThanOrEqual(30);
		await db.query("UPDATE conversations SET locked_until = now()");
		await db.close();
	}
	await chat("And what does it eat?");
	expect(lastMessages(fake).map((message) => message.content)).toEqual([
		"Where does the okapi live?",
		"In the forest.",
		"And what does it eat?",
	]);
});
