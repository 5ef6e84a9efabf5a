import { z } from "@hono/zod-openapi";
import { afterAll, beforeAll, beforeEach, expect, inject, test } from "vitest";
import type { Database } from "../../src/db/database.ts";
import { openDatabase } from "../../src/db/open.ts";
import type { Job } from "../../src/jobs/job.ts";
import { type JobQueue, startQueue } from "../../src/jobs/queue.ts";
import { createLog } from "../../src/log.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { until } from "../support/until.ts";

const jobs = Array.from({ length: 10 }, (_, place): Job<{ n: number }> => {
	return { name: `count-${place}`, schema: z.object({ n: z.int() }), retryLimit: 3 };
});

let database: TestDatabase;
let db: Database;
let queue: JobQueue;
/** Each test has a job of its own. */
let count: Job<{ n: number }>;
beforeAll(async () => {
	database = await createTestDatabase();
	db = await openDatabase(database.settings);
	queue = await startQueue(db, jobs, createLog("silent"));
});
beforeEach(() => {
	const next = jobs.shift();
	if (!next) throw new Error("more tests than jobs");
	count = next;
});
afterAll(async () => {
	await queue.stop();
	await db.close();
	await database.remove();
});

async function states(): Promise<Record<string, number>> {
	const { rows } = await db.query<{ state: string; jobs: number }>(
		"SELECT state::text, count(*) AS jobs FROM pgboss.job WHERE name = $1 GROUP BY state",
		[count.name],
	);
	return Object.fromEntries(rows.map((row) => [row.state, row.jobs]));
}

test("a job sent in a transaction exists exactly if it commits", async () => {
	await db.transaction((tx) => queue.send(count, { n: 1 }, { key: "a", tx }));
	const taken = db.transaction(async (tx) => {
		await queue.send(count, { n: 2 }, { key: "b", tx });
		await queue.sendAll(count, [{ data: { n: 3 }, key: "c" }], tx);
		throw new Error("no");
	});
	await expect(taken).rejects.toThrow("no");
	expect(await states()).toEqual({ created: 1 });
});

test("data that does not fit the job's schema is refused when it is sent", async () => {
	await expect(queue.send(count, { n: 1.5 }, { key: "a" })).rejects.toThrow();
	expect(await states()).toEqual({});
});

test("of jobs with the same key one runs and one waits; further ones fall away", async () => {
	const ran: number[] = [];
	let release = () => {};
	const released = new Promise<void>((resolve) => {
		release = resolve;
	});
	await queue.work(count, 3, async ({ n }) => {
		ran.push(n);
		await released;
	});
	await queue.send(count, { n: 1 }, { key: "same" });
	await until("the first to run", () => ran.length === 1);
	for (const n of [2, 3, 4]) await queue.send(count, { n }, { key: "same" });
	await db.transaction((tx) => queue.sendAll(count, [{ data: { n: 5 }, key: "same" }], tx));
	await queue.send(count, { n: 6 }, { key: "other" });
	await until("the other key to run", () => ran.length === 2);
	expect(await states()).toEqual({ active: 2, created: 1 });
	release();
	await until("the one that waited", () => ran.length === 3);
	expect(ran).toEqual([1, 6, 2]);
});

test("a worker goes from one job to the next without waiting for its polling", async () => {
	const ran: number[] = [];
	const items = Array.from({ length: 60 }, (_, n) => ({ data: { n }, key: String(n) }));
	await db.transaction((tx) => queue.sendAll(count, items, tx));
	await queue.work(count, 2, async ({ n }) => {
		ran.push(n);
	});
	// At two seconds a job this would take a minute.
	await until("all of them", () => ran.length === 60, 25_000);
	expect(ran.toSorted((a, b) => a - b)).toEqual(items.map(({ data }) => data.n));
});

test("what a handler throws is tried again, and it is told which attempt this is", async () => {
	const attempts: number[] = [];
	await queue.work(count, 1, async (_data, { attempt }) => {
		attempts.push(attempt);
		if (attempt < 1) throw new Error("not yet");
	});
	await queue.send(count, { n: 1 }, { key: "a" });
	await until("the second attempt", async () => (await states()).completed === 1);
	expect(attempts).toEqual([0, 1]);
});

test("a delayed job is not run before its time", async () => {
	const sent = Date.now();
	let ran = 0;
	await queue.work(count, 1, async () => {
		ran = Date.now();
	});
	await queue.send(count, { n: 1 }, { key: "a", delaySeconds: 1 });
	await until("it to run", () => ran > 0);
	expect(ran - sent).toBeGreaterThanOrEqual(950);
});

test("stopping waits for the job that runs", async () => {
	let ended = false;
	const { promise: mayEnd, resolve: letEnd } = Promise.withResolvers<void>();
	await queue.work(count, 1, async () => {
		await mayEnd;
		ended = true;
	});
	await queue.send(count, { n: 1 }, { key: "a" });
	await until("it to run", async () => (await states()).active === 1);
	// Stopping has all the time to be over too early.
	setTimeout(letEnd, 300);
	await queue.stop();
	expect(ended).toBe(true);
	expect(await states()).toEqual({ completed: 1 });
	queue = await startQueue(db, [count], createLog("silent"));
});

test.skipIf(inject("serverUrl"))(
	"on the embedded database, what a dead process ran is taken over at once",
	async () => {
		for (const [key, n] of [
			["a", 1],
			["b", 2],
		] as const)
			await queue.send(count, { n }, { key });
		await db.query(
			"UPDATE pgboss.job SET state = 'active', started_on = now(), heartbeat_on = now() WHERE name = 'count'",
		);
		// One of them was sent again meanwhile, and the new job waits: it does what the dead one was to do.
		await queue.send(count, { n: 1 }, { key: "a" });
		await queue.stop();
		queue = await startQueue(db, jobs, createLog("silent"));
		const ran: number[] = [];
		await queue.work(count, 1, async ({ n }) => {
			ran.push(n);
		});
		await until("both keys to run", () => ran.length >= 2);
		expect(ran.toSorted()).toEqual([1, 2]);
	},
);
