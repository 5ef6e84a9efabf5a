import { setTimeout } from "node:timers/promises";
import type OpenAI from "openai";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { citationsOf, fileSearch, resultsOf } from "../support/ask.ts";
import { type FakeOpenAI, startFakeOpenAI } from "../support/fake-openai.ts";
import { countChunks, statisticsOf } from "../support/index-state.ts";
import {
	actOnIndex,
	build,
	find,
	getIndex,
	type IndexBody,
	indexNumberOf,
	listIndexes,
	startBuild,
	untilIndex,
} from "../support/indexes.ts";
import { startTestService, type TestService } from "../support/service.ts";
import { until } from "../support/until.ts";
import { createStore, untilEnded, uploadText } from "../support/upload.ts";

let fake: FakeOpenAI;
let t: TestService;
let client: OpenAI;
beforeAll(async () => {
	fake = await startFakeOpenAI();
	t = await startTestService({
		OPENAI_BASE_URL: fake.url,
		EMBEDDING_MODEL: "fake-embedding",
		EMBEDDING_CONCURRENCY: "1",
		WORKER_CONCURRENCY: "2",
	});
	client = t.client;
});
beforeEach(() => {
	fake.setDown(false);
	fake.setPaused(false);
	fake.requests.length = 0;
});
afterAll(async () => {
	fake.setPaused(false);
	await t.stop();
	await fake.stop();
});

const ONE_ROW = { type: "rows", rows: { max_rows: 1 } };
const WORDS = { hybrid_search: { embedding_weight: 0, text_weight: 1 } };
const FIVE_ROWS = { type: "rows", rows: { max_rows: 5 } };

let tables = 0;
/** Rows that no other test has had embedded; all say "heron". */
function table(rows: number): string {
	tables++;
	return `bird,seen\n${Array.from({ length: rows }, (_, i) => `heron ${i + 1},${tables}${(i * 37) % 1000}`).join("\n")}\n`;
}

const rowsOf = (texts: string[]) =>
	texts
		.flatMap((text) => [...text.matchAll(/bird: heron (\d+)/g)].map((match) => Number(match[1])))
		.toSorted((a, b) => a - b);
const upTo = (last: number) => Array.from({ length: last }, (_, i) => i + 1);

async function numberOf(publicId: string): Promise<number> {
	const { rows } = await t.service.db.query<{ id: number }>("SELECT id FROM indexes WHERE public_id = $1", [publicId]);
	return (rows[0] as { id: number }).id;
}

/** The texts of a file as the index holds it, in order. */
async function held(index: IndexBody, fileId: string): Promise<string[]> {
	const { rows } = await t.service.db.query<{ text: string }>(
		`SELECT c.text FROM chunks c JOIN index_files f ON f.index_id = c.index_id AND f.live_revision = c.revision
		 WHERE c.index_id = $1 AND c.file_id = $2 ORDER BY c.ordinal`,
		[await numberOf(index.id), fileId],
	);
	return rows.map(({ text }) => text);
}

async function expectExact(index: IndexBody): Promise<void> {
	const number = await numberOf(index.id);
	const { live, all } = await countChunks(t.service.db, number);
	expect(all).toBe(live);
	const { kept, counted } = await statisticsOf(t.service.db, number);
	expect(kept).toEqual(counted);
	const { rows } = await t.service.db.query<{ drift: number }>(
		"SELECT abs(length_total::float8 / chunk_count / weighed_at - 1) AS drift FROM indexes WHERE id = $1",
		[number],
	);
	expect(rows[0]?.drift).toBeLessThanOrEqual(0.005);
}

/** A store of tables, and a build of another index of it that has one file and waits for the vectors of the next. */
async function startHeldBuild(body: object = {}) {
	const { id, fileIds } = await createStore(
		client,
		{ "a.csv": table(20), "b.csv": table(300), "c.csv": table(300) },
		{ chunking_strategy: FIVE_ROWS as never },
	);
	const former = (await listIndexes(client, id))[0] as IndexBody;
	fake.requests.length = 0;
	// Each of the large ones needs four requests, and two are built at a time.
	fake.setPaused(true, 3);
	const started = await startBuild(client, id, { chunking_strategy: ONE_ROW, ...body });
	const number = await numberOf(started.id);
	await until("some to be written", async () => (await countChunks(t.service.db, number)).all > 96);
	await until("the next requests", () => fake.requests.length >= 4);
	return { id, fileIds: fileIds as Record<"a.csv" | "b.csv" | "c.csv", string>, former, started, number };
}

test("while an index is built questions are answered from the former one", async () => {
	const { id, former, started, number } = await startHeldBuild();
	const before = await getIndex(client, id, started.id);
	expect(before).toMatchObject({
		status: "building",
		stage: "write",
		progress: { unit: "characters", done: expect.any(Number) },
	});
	expect(before.progress?.done).toBeLessThan(before.progress?.of as number);
	// The embedding server answers nobody now: by words.
	const found = await find(client, id, "heron", { ranking_options: WORDS });
	expect(new Set(found.map(indexNumberOf))).toEqual(new Set([await numberOf(former.id)]));
	fake.setPaused(false);
	await untilIndex(client, id, started.id, "active");
	expect(new Set((await find(client, id, "heron")).map(indexNumberOf))).toEqual(new Set([number]));
});

test("a half-built index is asked by its id, by words, and gives the files that are whole", async () => {
	const { id } = await createStore(client, { "a.txt": "One heron." });
	await build(client, id, { embedding_model: null });
	const former = (await listIndexes(client, id))[0] as IndexBody;
	const big = await uploadText(client, "big.csv", table(300));
	await client.vectorStores.files.create(id, { file_id: big });
	await untilEnded(client, id, big);
	fake.setPaused(true, 2);
	const started = await startBuild(client, id, { embedding_model: "fake-embedding", chunking_strategy: ONE_ROW });
	const number = await numberOf(started.id);
	await until("the small file to be whole and the large one begun", async () => {
		const { live, all } = await countChunks(t.service.db, number);
		return live === 1 && all > 1;
	});
	const named = await find(client, id, "heron", { indexId: started.id, ranking_options: WORDS });
	expect(named.map(({ text }) => text)).toEqual(["One heron."]);
	const unnamed = await find(client, id, "heron");
	expect(new Set(unnamed.map(indexNumberOf))).toEqual(new Set([await numberOf(former.id)]));
	fake.setPaused(false);
	await untilIndex(client, id, started.id, "active");
});

describe("what happens to files during a build", () => {
	test("is right in the former index at once and in the new one after the flip", async () => {
		// Once it is flipped to the former one is not kept up: not before what is added has come into it.
		const { id, fileIds, former, started } = await startHeldBuild({ activate: "manual" });
		// Added, removed, attached again, and given other attributes: the two last are those being built.
		const added = await uploadText(client, "added.csv", table(10));
		await client.vectorStores.files.create(id, { file_id: added, attributes: { kind: "new" } });
		await client.vectorStores.files.delete(fileIds["a.csv"], { vector_store_id: id });
		await client.vectorStores.files.create(id, { file_id: fileIds["b.csv"], chunking_strategy: FIVE_ROWS as never });
		await client.vectorStores.files.update(fileIds["c.csv"], { vector_store_id: id, attributes: { kind: "changed" } });
		fake.setPaused(false);
		for (const file of [added, fileIds["b.csv"]]) {
			expect(await untilEnded(client, id, file)).toMatchObject({ status: "completed" });
		}
		await untilIndex(client, id, started.id, "ready");
		await actOnIndex(client, id, started.id, "activate");
		const done = await untilIndex(client, id, started.id, "active");

		const old = await getIndex(client, id, former.id);
		for (const index of [old, done]) {
			expect(await held(index, fileIds["a.csv"])).toEqual([]);
			expect(rowsOf(await held(index, added))).toEqual(upTo(10));
			expect(rowsOf(await held(index, fileIds["b.csv"]))).toEqual(upTo(300));
			expect(rowsOf(await held(index, fileIds["c.csv"]))).toEqual(upTo(300));
		}
		expect(await held(done, fileIds["b.csv"])).toHaveLength(60);
		expect(await held(done, fileIds["c.csv"])).toHaveLength(300);
		expect(await held(done, added)).toHaveLength(10);
		expect(done.counts).toEqual({ files: 3, chunks: 370 });
		const filters = { type: "eq", key: "kind", value: "changed" };
		for (const indexId of [former.id, done.id]) {
			const found = await find(client, id, "heron", { indexId, filters });
			expect(new Set(found.map(({ file_id }) => file_id))).toEqual(new Set([fileIds["c.csv"]]));
		}
		await expectExact(done);
	});

	test("a file whose ingestion began before the flip and ends after it is in the new index", async () => {
		const { id } = await createStore(client, { "a.csv": table(5) }, { chunking_strategy: FIVE_ROWS as never });
		const late = await uploadText(client, "late.csv", table(100));
		fake.setPaused(true);
		await client.vectorStores.files.create(id, { file_id: late });
		await until("it to wait for its vectors", () => fake.requests.length === 1);
		// No vectors: nothing of it waits.
		const index = await build(client, id, { embedding_model: null, chunking_strategy: ONE_ROW });
		fake.setPaused(false);
		expect(await untilEnded(client, id, late)).toMatchObject({ status: "completed" });
		expect(rowsOf(await held(index, late))).toEqual(upTo(100));
		expect(await held(index, late)).toHaveLength(100);
		const found = await find(client, id, "heron");
		expect(new Set(found.map(indexNumberOf))).toEqual(new Set([await numberOf(index.id)]));
	});

	test("a file that failed when it was attached again is found as before, in the new index too", async () => {
		const { id, fileIds } = await createStore(client, { "a.csv": table(5) });
		fake.failNext("/embeddings", { kind: "status", status: 400, message: "no" });
		const file_id = fileIds["a.csv"] as string;
		await client.vectorStores.files.create(id, { file_id, chunking_strategy: ONE_ROW as never });
		expect(await untilEnded(client, id, file_id)).toMatchObject({ status: "failed" });
		const index = await build(client, id, {});
		expect(rowsOf(await held(index, file_id))).toEqual(upTo(5));
	});

	test("one that is ready but not active is brought up to date with what comes", async () => {
		const { id } = await createStore(client, { "a.csv": table(5) });
		const ready = await build(client, id, { chunking_strategy: ONE_ROW, activate: "manual" });
		const later = await uploadText(client, "later.csv", table(7));
		await client.vectorStores.files.create(id, { file_id: later });
		await untilEnded(client, id, later);
		await until("it to have the file", async () => (await held(ready, later)).length === 7);
		expect(await getIndex(client, id, ready.id)).toMatchObject({ status: "ready", counts: { files: 2, chunks: 12 } });
	});
});

test("a cancelled build gives up what it waits for, and the former index serves", async () => {
	const { id, former, started, number } = await startHeldBuild();
	const waiting = fake.requests.filter(({ abandoned }) => !abandoned).length;
	expect(await actOnIndex(client, id, started.id, "cancel")).toMatchObject({ status: "cancelled", progress: null });
	await until("its requests to be given up", () => fake.requests.filter(({ abandoned }) => abandoned).length > 0);
	expect(waiting).toBeGreaterThan(0);
	const { all } = await countChunks(t.service.db, number);
	fake.setPaused(false);
	expect(new Set((await find(client, id, "heron")).map(indexNumberOf))).toEqual(new Set([await numberOf(former.id)]));
	expect((await countChunks(t.service.db, number)).all).toBe(all);
	expect(await getIndex(client, id, former.id)).toMatchObject({ status: "active" });
});

test("a cancelled way back leaves the former index as it was", async () => {
	const { id } = await createStore(client, { "a.csv": table(5) });
	const former = (await listIndexes(client, id))[0] as IndexBody;
	await build(client, id, { embedding_model: null });
	const later = await uploadText(client, "later.csv", table(5));
	await client.vectorStores.files.create(id, { file_id: later });
	await untilEnded(client, id, later);
	fake.setPaused(true);
	expect(await actOnIndex(client, id, former.id, "activate")).toMatchObject({ status: "queued" });
	await until("it to wait for vectors", () => fake.requests.length === 1);
	expect(await actOnIndex(client, id, former.id, "cancel")).toMatchObject({ status: "retired" });
	fake.setPaused(false);
	expect(await find(client, id, "heron")).toHaveLength(2);
});

test("an embedding server that is away is waited for, and nothing is paid twice when it is back", async () => {
	const { id, started, number } = await startHeldBuild();
	fake.setDown(true);
	fake.setPaused(false);
	const waiting = await until("the reason to show", async () => {
		const index = await getIndex(client, id, started.id);
		return index.stage === "waiting" && index;
	});
	expect(waiting).toMatchObject({
		status: "building",
		progress: { unit: "attempts", waiting_for: expect.stringMatching(/cannot be reached.*OPENAI_BASE_URL/) },
	});
	const { rows } = await t.service.db.query<{ text: string }>("SELECT text FROM chunks WHERE index_id = $1", [number]);
	const paid = new Set(rows.map(({ text }) => text));
	fake.requests.length = 0;
	fake.setDown(false);
	const done = await untilIndex(client, id, started.id, "active");
	expect(done.counts).toEqual({ files: 3, chunks: 620 });
	const asked = fake.requests.flatMap(({ body }) => [body.input].flat() as string[]);
	expect(paid.size).toBeGreaterThan(0);
	expect(asked.filter((text) => paid.has(text))).toEqual([]);
	await expectExact(done);
});

test("a build that cannot succeed fails with its reason, and the former index serves", async () => {
	const { id } = await createStore(client, { "a.csv": table(5) });
	fake.failNext("/embeddings", { kind: "status", status: 400, message: "no such model" });
	const { id: given } = await startBuild(client, id, { embedding_model: "odd" });
	const failed = await until("it to fail", async () => {
		const index = await getIndex(client, id, given);
		return index.status === "failed" && index;
	});
	expect(failed.last_error).toMatchObject({ code: "server_error", message: expect.stringContaining("no such model") });
	expect(await find(client, id, "heron")).not.toEqual([]);
	// It stands in nobody's way.
	await build(client, id, { chunking_strategy: ONE_ROW });
});

/** The numbers of the indexes that an answer's passages and citations come from. */
async function askAnswer(storeId: string): Promise<number[]> {
	const answer = await client.responses.create({
		model: "extractive",
		input: "Which heron was seen?",
		tools: [fileSearch(storeId)],
		include: ["file_search_call.results"],
		store: false,
	});
	expect(answer.status).toBe("completed");
	return [...(resultsOf(answer) ?? []), ...citationsOf(answer)].map(indexNumberOf);
}

test("ten clients that ask all the time while indexes are built and flipped are all answered, each from one index", async () => {
	const { id } = await createStore(client, { "a.csv": table(200), "b.csv": table(200) });
	let stopped = false;
	const seen = new Set<number>();
	let asked = 0;
	const ask = async (_: unknown, place: number) => {
		while (!stopped) {
			const numbers = place % 2 === 0 ? await askAnswer(id) : (await find(client, id, "heron seen")).map(indexNumberOf);
			expect(numbers.length).toBeGreaterThan(0);
			expect(new Set(numbers).size).toBe(1);
			seen.add(numbers[0] as number);
			asked++;
		}
	};
	const clients = Promise.all(Array.from({ length: 10 }, ask));
	for (const strategy of [ONE_ROW, FIVE_ROWS, { type: "auto" }]) {
		await build(client, id, { chunking_strategy: strategy });
		const before = asked;
		await until("some more answers", () => asked > before + 10);
	}
	stopped = true;
	await clients;
	expect(seen.size).toBe(4);
});

describe("while questions come", () => {
	/** Asks once, and then again and again until the returned function is called. */
	async function keepAsking(ask: () => Promise<unknown>): Promise<() => Promise<void>> {
		let stopped = false;
		await ask();
		const asking = (async () => {
			while (!stopped) await ask();
		})();
		return () => {
			stopped = true;
			return asking;
		};
	}

	const words = (id: string) => ({ ...fileSearch(id), ranking_options: WORDS });
	test.each([
		["answered", (id: string) => client.responses.create({ model: "extractive", input: "heron", tools: [words(id)] })],
		["searched for", (id: string) => find(client, id, "heron", { ranking_options: WORDS })],
	])("that are %s a build stands back, and says so", async (_, ask) => {
		const { id } = await createStore(client, { "a.csv": table(20) });
		const silence = await keepAsking(() => ask(id));
		fake.setPaused(true);
		const { id: built } = await startBuild(client, id, { chunking_strategy: ONE_ROW });
		await until("it to stand back", async () => {
			const { progress } = await getIndex(client, id, built);
			return progress?.waiting_for?.includes("questions");
		});
		fake.setPaused(false);
		await untilIndex(client, id, built, "active");
		await silence();
	});

	test("a build rests for longer than it has worked", async () => {
		const { id } = await createStore(client, { "a.csv": table(3_000) });
		const silence = await keepAsking(() => find(client, id, "heron", { ranking_options: WORDS }));
		fake.setPaused(true);
		const { id: built } = await startBuild(client, id, { chunking_strategy: ONE_ROW });
		const number = await numberOf(built);
		// It works all the while; its first rest lasts three times as long.
		await setTimeout(3_000);
		fake.setPaused(false);
		const written = async () => (await countChunks(t.service.db, number)).all;
		const first = await until("its first chunks", async () => (await written()) || undefined);
		await setTimeout(2_000);
		expect(first).toBeLessThan(3_000);
		expect(await written()).toBe(first);
		await actOnIndex(client, id, built, "cancel");
		await silence();
	});
});
