import OpenAI from "openai";
import pg from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from "vitest";
import { type FakeOpenAI, startFakeOpenAI } from "../support/fake-openai.ts";
import { startTestService, type TestService } from "../support/service.ts";
import { until } from "../support/until.ts";

/**
 * A database that is restarted, or away, while a model answers: all its connections are ended, and while it is away no new
 * one is taken. The embedded database lives and dies with its process; background-kill.test.ts is about that.
 */
const serverUrl = inject("serverUrl");

let fake: FakeOpenAI;
let t: TestService;
let admin: pg.Client;
let database: string;
beforeAll(async () => {
	if (!serverUrl) return;
	fake = await startFakeOpenAI();
	t = await startTestService({ OPENAI_BASE_URL: fake.url });
	admin = new pg.Client({ connectionString: serverUrl });
	await admin.connect();
	database = (await t.service.db.query<{ name: string }>("SELECT current_database() AS name")).rows[0]!.name;
});
beforeEach(() => {
	if (!serverUrl) return;
	fake.requests.length = 0;
	fake.answerWith(["In the", " forest."]);
});
afterAll(async () => {
	if (!serverUrl) return;
	await t.stop();
	await admin.end();
	await fake.stop();
});

async function endConnections(): Promise<void> {
	await admin.query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1", [database]);
}

async function setAway(away: boolean): Promise<void> {
	await admin.query(`ALTER DATABASE ${database} WITH ALLOW_CONNECTIONS ${!away}`);
	if (away) await endConnections();
}

/** The pool hears of connections that were ended one by one. */
async function untilBack(): Promise<void> {
	let answered = 0;
	await until("the database to answer", async () => {
		answered = await t.service.db.query("SELECT").then(
			() => answered + 1,
			() => 0,
		);
		return answered === 5;
	});
}

const request = (conversation: string, background: boolean) => {
	return { model: "fake-model", input: "Where does it live?", conversation, background };
};
const newConversation = async () => (await t.client.conversations.create()).id;
const items = async (id: string) => (await t.client.conversations.items.list(id)).data.length;
const stored = async (conversation: string) => {
	const { rows } = await t.service.db.query<{ status: string }>(
		"SELECT body->>'status' AS status FROM responses WHERE body->'conversation'->>'id' = $1",
		[conversation],
	);
	return rows.map(({ status }) => status);
};

/** Asks in each way, and resolves once the model is asked by all. What became of each is awaited later. */
async function askAll() {
	fake.setPaused(true);
	const ids = { plain: "", streamed: "", background: "", followed: "" };
	for (const way of Object.keys(ids) as (keyof typeof ids)[]) ids[way] = await newConversation();
	const background = await t.client.responses.create(request(ids.background, true));
	const read = async (conversation: string, inBackground: boolean) => {
		const events: OpenAI.Responses.ResponseStreamEvent[] = [];
		const asked = { ...request(conversation, inBackground), stream: true as const };
		try {
			for await (const event of await t.client.responses.create(asked)) events.push(event);
		} catch (error) {
			return { events, error };
		}
		return { events, error: undefined };
	};
	const plain = t.client.responses.create(request(ids.plain, false)).catch((error: unknown) => error);
	const streamed = read(ids.streamed, false);
	const followed = read(ids.followed, true);
	await until("the model to be asked by all", () => fake.requests.length === 4);
	return { ids, background: background.id, plain, streamed, followed };
}

const endOf = (id: string) =>
	until(
		"the response to end",
		async () => {
			const response = await t.client.responses.retrieve(id);
			return response.status !== "queued" && response.status !== "in_progress" && response;
		},
		60_000,
	);

describe.runIf(serverUrl)("a database", () => {
	test("that is restarted while the model thinks is not noticed", async () => {
		const asked = await askAll();
		await endConnections();
		await untilBack();
		fake.setPaused(false);
		expect(await asked.plain).toMatchObject({ status: "completed", output_text: "In the forest." });
		expect((await asked.streamed).events.at(-1)?.type).toBe("response.completed");
		expect(await asked.followed).toMatchObject({ error: undefined });
		expect((await asked.followed).events.at(-1)?.type).toBe("response.completed");
		expect((await endOf(asked.background)).status).toBe("completed");
		for (const id of Object.values(asked.ids)) expect([await items(id), await stored(id)]).toEqual([2, ["completed"]]);
	});

	test("that is away when the answer is there loses nothing that was acknowledged, and stores nothing by half", async () => {
		const asked = await askAll();
		await setAway(true);
		fake.setPaused(false);
		expect(await asked.plain).toMatchObject({ status: 500, code: "server_error" });
		expect((await asked.streamed).error).toBeInstanceOf(OpenAI.APIError);
		await setAway(false);
		await untilBack();
		// Nothing of what ended in an error is there, and its conversation is free when its lease ends, if not before.
		for (const id of [asked.ids.plain, asked.ids.streamed]) {
			expect([await items(id), await stored(id)]).toEqual([0, []]);
			const { rows } = await t.service.db.query<{ seconds: number | null }>(
				"SELECT extract(epoch FROM locked_until - now())::float AS seconds FROM conversations WHERE id = $1",
				[id],
			);
			expect(rows[0]?.seconds ?? 0).toBeLessThanOrEqual(30);
		}
		// What was acknowledged is answered all the same: nothing but its beginning had been told.
		expect(await endOf(asked.background)).toMatchObject({ status: "completed", output_text: "In the forest." });
		const { events } = await asked.followed;
		const { response } = events[0] as OpenAI.Responses.ResponseCreatedEvent;
		expect(await endOf(response.id)).toMatchObject({ status: "completed", output_text: "In the forest." });
		const replayed = await Array.fromAsync(await t.client.responses.retrieve(response.id, { stream: true }));
		expect(replayed.slice(0, events.length)).toEqual(events);
		for (const id of [asked.ids.background, asked.ids.followed]) expect(await items(id)).toBe(2);
	});
});
