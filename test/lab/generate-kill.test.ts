import OpenAI from "openai";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type CliProcess, startServe } from "../support/cli.ts";
import {
	type Compared,
	type ComparisonBody,
	getComparison,
	startComparison,
	untilCompared,
} from "../support/comparisons.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { type FakeOpenAI, startFakeOpenAI } from "../support/fake-openai.ts";
import { until } from "../support/until.ts";
import { createStore } from "../support/upload.ts";

/**
 * `kill -9` while a model writes questions: of six that are wanted three are answered, and the next are under way. On
 * Postgres a dead worker's job goes to others once it has been silent for ten seconds, and was looked for.
 */
const RECOVERY_MS = 120_000;
const WANTED = 6;
const ANSWERED = 3;

/** Less than a passage, so that each question may be about any of it. */
const SENTENCES = Array.from(
	{ length: 20 },
	(_, i) => `Sentence ${i} tells of heron${i} and of lake${(i * 37) % 101}.`,
);
const QUESTIONS = SENTENCES.map((_, i) => `What of heron${i}?`);

let fake: FakeOpenAI;
let database: TestDatabase;
let server: CliProcess;
let client: OpenAI;
let before: ComparisonBody;
let compared: Compared;

async function start(): Promise<void> {
	const started = await startServe({ ...database.settings, OPENAI_BASE_URL: fake.url, MODEL_ALIASES: "*=writer" });
	server = started.process;
	client = new OpenAI({ baseURL: `${started.url}/v1`, apiKey: "none", maxRetries: 0 });
}

beforeAll(async () => {
	fake = await startFakeOpenAI();
	database = await createTestDatabase();
	await start();
	const { id: storeId } = await createStore(client, { "birds.txt": SENTENCES.join(" ") });
	fake.answerInTurn(
		...SENTENCES.map((quote, i) => ({ text: JSON.stringify({ question: QUESTIONS[i], quotes: [quote], answer: "" }) })),
	);
	fake.setPaused(true, ANSWERED);
	const { id } = await startComparison(client, storeId, { settings: [{}], generate: WANTED });
	await until("what was answered to be kept, and others to be under way", async () => {
		before = await getComparison(client, storeId, id);
		return before.generated?.kept === ANSWERED && fake.requests.length > ANSWERED;
	});
	await server.end("SIGKILL");
	await until("the broken requests to be noticed", () => fake.requests.slice(ANSWERED).every((one) => one.abandoned));
	fake.setPaused(false);
	await start();
	compared = (await untilCompared(client, storeId, id, RECOVERY_MS)) as Compared;
	expect((await server.end("SIGTERM")).code).toBe(0);
});

afterAll(async () => {
	await server?.end("SIGKILL");
	await fake.stop();
	await database.remove();
});

test("the comparison goes on by itself, with the questions that were written", () => {
	expect(before).toMatchObject({ status: "in_progress", progress: { stage: "generate" } });
	expect(compared).toMatchObject({ status: "completed", last_error: null, generated: { asked: WANTED, kept: WANTED } });
	const asked = compared.results.questions.map(({ question }) => question);
	expect(asked).toEqual(expect.arrayContaining(QUESTIONS.slice(0, ANSWERED)));
	expect(new Set(asked).size).toBe(WANTED);
});

test("no question that was written is paid for again", () => {
	expect(fake.requests.filter(({ abandoned }) => !abandoned)).toHaveLength(WANTED);
});
