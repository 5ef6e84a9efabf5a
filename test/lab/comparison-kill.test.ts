import OpenAI from "openai";
import { afterAll, beforeAll, expect, test } from "vitest";
import { countTokens } from "../../src/models/tokens.ts";
import { type CliProcess, startServe } from "../support/cli.ts";
import { type Compared, getComparison, startComparison, untilCompared } from "../support/comparisons.ts";
import { createTestDatabase, type TestDatabase, useDatabase } from "../support/database.ts";
import { type FakeOpenAI, startFakeOpenAI } from "../support/fake-openai.ts";
import { countChunks } from "../support/index-state.ts";
import { getIndex } from "../support/indexes.ts";
import { until } from "../support/until.ts";
import { createStore } from "../support/upload.ts";

/**
 * `kill -9` while settings are compared, and the same data directory or database again: the first are built and asked, of
 * the second one file is whole and another half written. On Postgres a dead worker's job goes to others once it has been
 * silent for ten seconds, and was looked for.
 */
const RECOVERY_MS = 120_000;

const rows = (max_rows: number) => ({ type: "rows", rows: { max_rows } });
const table = (name: string, count: number) =>
	`city,people\n${Array.from({ length: count }, (_, i) => `${name}${i + 1},${(i * 37) % 1000}`).join("\n")}\n`;
const NAMES = ["Lima", "Oslo", "Rome"];
const ROWS = 300;
const ASKED_ROWS = [7, 250];
const QUESTIONS = ASKED_ROWS.map((row) => `How many people live in Oslo${row}?`);
/** What is kept of the first settings is changed to this while nobody is alive: who asks them again would not say it. */
const MARK = 0.123;

let fake: FakeOpenAI;
let database: TestDatabase;
let server: CliProcess;
let client: OpenAI;
let storeId: string;
let before: Compared;
let compared: Compared;
let left: { live: number; all: number; texts: string[] };
let askedBefore: string[];
let askedAfter: string[];

async function start(): Promise<void> {
	const started = await startServe({
		...database.settings,
		OPENAI_BASE_URL: fake.url,
		EMBEDDING_MODEL: "fake-embedding",
		EMBEDDING_CONCURRENCY: "1",
		WORKER_CONCURRENCY: "1",
	});
	server = started.process;
	client = new OpenAI({ baseURL: `${started.url}/v1`, apiKey: "none", maxRetries: 0 });
}

/** Texts that were answered with a vector. */
const answered = () =>
	fake.requests.flatMap(({ body, abandoned }) => (abandoned ? [] : ([body.input].flat() as string[])));

beforeAll(async () => {
	fake = await startFakeOpenAI();
	database = await createTestDatabase();
	await start();
	const store = await createStore(client, Object.fromEntries(NAMES.map((name) => [`${name}.csv`, table(name, ROWS)])));
	storeId = store.id;
	const questions = QUESTIONS.map((question, place) => ({
		question,
		evidence: [{ file_id: store.fileIds["Oslo.csv"] as string, row: ASKED_ROWS[place] as number }],
	}));
	fake.requests.length = 0;
	// Two are a file of the first settings, one is of the questions, four are a file of the second.
	fake.setPaused(true, 3 * 2 + 1 + 6);
	const settings = [
		{ name: "two", chunking_strategy: rows(2) },
		{ name: "one", chunking_strategy: rows(1) },
	];
	const { id } = await startComparison(client, storeId, { settings, questions });
	await until("a file of the second settings to be whole and the next to be written in part", async () => {
		before = (await getComparison(client, storeId, id)) as Compared;
		const index = before.settings[1]?.index_id;
		if (!index) return false;
		const { counts, progress } = await getIndex(client, storeId, index);
		return counts.files === 1 && (progress?.done ?? 0) > ((progress?.of ?? 0) * 5) / 12;
	});
	await server.end("SIGKILL");
	fake.setPaused(false);
	left = await useDatabase(database, async (db) => {
		const found = await db.query<{ id: number }>("SELECT id FROM indexes WHERE public_id = $1", [
			before.settings[1]?.index_id,
		]);
		const { id: number } = found.rows[0] as { id: number };
		const chunks = await db.query<{ text: string }>("SELECT text FROM chunks WHERE index_id = $1", [number]);
		await db.query(
			`UPDATE compared_settings SET outcomes = jsonb_set(outcomes, '{0,measures,reciprocal_rank}', to_jsonb($2::float8))
			 WHERE comparison_id = $1 AND place = 0`,
			[id, MARK],
		);
		return { ...(await countChunks(db, number)), texts: chunks.rows.map(({ text }) => text) };
	});
	await until("the broken request to be noticed", () => fake.requests.at(-1)?.abandoned);
	askedBefore = answered();

	fake.requests.length = 0;
	await start();
	compared = (await untilCompared(client, storeId, id, RECOVERY_MS)) as Compared;
	askedAfter = answered();
	expect((await server.end("SIGTERM")).code).toBe(0);
});

afterAll(async () => {
	await server?.end("SIGKILL");
	await fake.stop();
	await database.remove();
});

test("the kill came in the middle", () => {
	expect(before).toMatchObject({ status: "in_progress", progress: { stage: "build", setting: "one" } });
	expect(left.live).toBe(ROWS);
	expect(left.all).toBeGreaterThan(left.live);
	expect(left.all).toBeLessThan(2 * ROWS);
});

test("the comparison goes on by itself, in the indexes that were begun", () => {
	expect(compared).toMatchObject({ status: "completed", last_error: null });
	expect(compared.settings.map(({ index_id }) => index_id)).toEqual(before.settings.map(({ index_id }) => index_id));
	expect(compared.results.settings.map(({ chunks }) => chunks)).toEqual([(3 * ROWS) / 2, 3 * ROWS]);
	expect(compared.results.questions[0]?.measures[1]).toMatchObject({ recall_in_budget: 1 });
});

test("settings that were asked are not asked again", () => {
	expect(compared.results.questions[0]?.measures[0]?.reciprocal_rank).toBe(MARK);
});

test("what was written before the kill is not asked for again", () => {
	const known = new Set(left.texts);
	expect(askedAfter.length).toBeGreaterThan(0);
	expect(askedAfter.filter((text) => known.has(text))).toEqual([]);
});

test("no question's vector is asked for twice, also under settings that come after the kill", () => {
	const asked = [...askedBefore, ...askedAfter].filter((text) => QUESTIONS.includes(text));
	expect(asked.toSorted()).toEqual(QUESTIONS.toSorted());
});

test("what the build took is told of both lives", () => {
	const isOne = (text: string) => /^city: \w+; people: \d+$/.test(text);
	const sent = [...askedBefore, ...askedAfter].filter((text) => isOne(text.split("\n").at(-1) as string));
	const single = sent.filter((text) => text.split("\n").filter(isOne).length === 1);
	expect(compared.results.settings[1]?.build?.tokens_embedded).toBe(
		single.reduce((sum, text) => sum + countTokens(text), 0),
	);
});
