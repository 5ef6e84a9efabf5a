import { readFileSync } from "node:fs";
import type OpenAI from "openai";
import { NotFoundError } from "openai";
import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from "vitest";
import { createDiskBlobs } from "../../src/blobs/disk.ts";
import { lockActiveIndex } from "../../src/store/index-builds.ts";
import type { ChunkPreview } from "../../src/types.ts";
import { type FakeOpenAI, startFakeOpenAI } from "../support/fake-openai.ts";
import { countChunks, untilSettled } from "../support/index-state.ts";
import {
	actOnIndex,
	build,
	estimateBuild,
	find,
	getIndex,
	indexNumberOf,
	listIndexes,
	startBuild,
	untilIndex,
} from "../support/indexes.ts";
import { startTestService, type TestService } from "../support/service.ts";
import { until } from "../support/until.ts";
import { createStore, fixture, untilEnded, uploadText } from "../support/upload.ts";

let fake: FakeOpenAI;
let t: TestService;
let client: OpenAI;
beforeAll(async () => {
	fake = await startFakeOpenAI();
	// One request at a time: which of several is answered first is chance.
	const settings = { OPENAI_BASE_URL: fake.url, EMBEDDING_MODEL: "fake-embedding", EMBEDDING_CONCURRENCY: "1" };
	t = await startTestService(settings);
	client = t.client;
});
beforeEach(() => {
	fake.setPaused(false);
	fake.requests.length = 0;
});
afterAll(async () => {
	fake.setPaused(false);
	await t.stop();
	await fake.stop();
});

let stores = 0;
/** Sentences that no other store of these tests holds. */
function prose(sentences: number): string {
	stores++;
	return Array.from(
		{ length: sentences },
		(_, i) => `Sentence ${i} of text ${stores} tells of heron ${(i * 37) % 101} and lake ${(i * 53) % 89}.`,
	).join(" ");
}

const statically = (max: number, overlap: number) => ({
	type: "static" as const,
	static: { max_chunk_size_tokens: max, chunk_overlap_tokens: overlap },
});
const SENTENCES = { type: "sentence", sentence: { max_tokens: 50, overlap_tokens: 0 } } as const;

/** Every text that a vector was asked for. */
const embedded = () => fake.requests.flatMap(({ body }) => [body.input].flat() as string[]);

/** The texts that would be embedded of a file under these settings. */
async function textsOf(fileId: string, chunking_strategy: unknown): Promise<string[]> {
	const body = { chunking_strategy, limit: 1000 };
	const { data } = await client.post<{ data: ChunkPreview["chunks"] }>(`/files/${fileId}/chunk_preview`, { body });
	return data.map(({ text }) => text);
}

describe("a new index", () => {
	test("is built beside the active one and takes its place", async () => {
		const { id, fileIds } = await createStore(client, { "a.txt": prose(60), "b.txt": prose(10) });
		const [first] = await listIndexes(client, id);
		expect(first).toMatchObject({
			status: "active",
			settings: { chunking_strategy: { type: "auto" } },
			last_error: null,
		});
		const started = await startBuild(client, id, { chunking_strategy: SENTENCES });
		expect(started).toMatchObject({
			object: "vector_store.index",
			vector_store_id: id,
			status: "queued",
			settings: { chunking_strategy: SENTENCES, embedding_model: "fake-embedding", activate: "when_complete", keep: 1 },
			counts: { files: 0, chunks: 0 },
			activated_at: null,
		});
		const done = await untilIndex(client, id, started.id, "active");
		const texts = [
			...(await textsOf(fileIds["a.txt"] as string, SENTENCES)),
			...(await textsOf(fileIds["b.txt"] as string, SENTENCES)),
		];
		expect(done).toMatchObject({ counts: { files: 2, chunks: texts.length }, progress: null, stage: null });
		expect(done.activated_at).toBeGreaterThanOrEqual(done.created_at);
		const all = await listIndexes(client, id);
		expect(all.map(({ id, status }) => [id, status])).toEqual([
			[done.id, "active"],
			[first?.id, "retired"],
		]);
		const found = await find(client, id, "Sentence 7 tells of heron and lake");
		expect(new Set(texts)).toEqual(new Set([...texts, ...found.map(({ text }) => text)]));
		const file = await client.vectorStores.files.retrieve(fileIds["a.txt"] as string, { vector_store_id: id });
		expect(file.chunking_strategy).toEqual({ type: "other", other: SENTENCES });
	});

	test("with the same settings embeds nothing and finds the same", async () => {
		const { id } = await createStore(client, { "a.txt": prose(80) }, { chunking_strategy: statically(200, 100) });
		const query = "Sentence 12 tells of heron and lake";
		const before = await find(client, id, query);
		fake.requests.length = 0;
		await build(client, id, {});
		expect(embedded()).toEqual([]);
		const after = await find(client, id, query);
		expect(after.map(({ text }) => text)).toEqual(before.map(({ text }) => text));
		expect(after.map(indexNumberOf)).not.toContain(indexNumberOf(before[0] as never));
	});

	test("with the same settings embeds nothing where it was cut by meaning", async () => {
		const semantic = { type: "semantic", semantic: { max_tokens: 100, breakpoint_percentile: 90 } };
		const { id } = await createStore(client, { "a.txt": prose(80) }, { chunking_strategy: semantic as never });
		const query = "Sentence 12 tells of heron and lake";
		const before = await find(client, id, query);
		expect(await estimateBuild(client, id, {})).toMatchObject({ chunks: before.length, tokens_to_embed: 0 });
		fake.requests.length = 0;
		await build(client, id, {});
		expect(embedded()).toEqual([]);
		expect((await find(client, id, query)).map(({ text }) => text)).toEqual(before.map(({ text }) => text));
	});

	test("without overlap embeds what changed and nothing else", async () => {
		const { id, fileIds } = await createStore(
			client,
			{ "a.txt": prose(300), "b.txt": prose(3) },
			{ chunking_strategy: statically(800, 400) },
		);
		const texts = async (strategy: unknown) =>
			(await Promise.all(Object.values(fileIds).map((file) => textsOf(file, strategy)))).flat();
		const old = new Set(await texts(statically(800, 400)));
		const fresh = (await texts(statically(800, 0))).filter((text) => !old.has(text));
		const estimate = await estimateBuild(client, id, { chunking_strategy: statically(800, 0) });
		fake.requests.length = 0;
		const { counts } = await build(client, id, { chunking_strategy: statically(800, 0) });
		expect(embedded().toSorted()).toEqual(fresh.toSorted());
		expect(counts.chunks).toBeGreaterThan(fresh.length);
		expect(estimate).toMatchObject({ chunks: counts.chunks, vectors_reused: counts.chunks - fresh.length });
	});

	test("takes the vectors of a build that was cancelled", async () => {
		const { id } = await createStore(client, { "a.txt": prose(400) });
		fake.setPaused(true, 1);
		fake.requests.length = 0;
		const { id: given } = await startBuild(client, id, { chunking_strategy: SENTENCES });
		const number = await numberOf(given);
		await until("the first chunks", async () => (await countChunks(t.service.db, number)).all > 0);
		await actOnIndex(client, id, given, "cancel");
		fake.setPaused(false);
		const { rows } = await t.service.db.query<{ text: string }>("SELECT text FROM chunks WHERE index_id = $1", [
			number,
		]);
		const paid = new Set(rows.map(({ text }) => text));
		fake.requests.length = 0;
		const { counts } = await build(client, id, { chunking_strategy: SENTENCES });
		expect(paid.size).toBeLessThan(counts.chunks);
		expect(embedded().filter((text) => paid.has(text))).toEqual([]);
	});

	test("keeps the settings of files that were attached with their own", async () => {
		const { id } = await createStore(client, { "a.txt": prose(40) });
		const own = await uploadText(client, "own.txt", prose(40));
		await client.vectorStores.files.create(id, { file_id: own, chunking_strategy: statically(100, 50) });
		await untilEnded(client, id, own);
		const estimate = await estimateBuild(client, id, { chunking_strategy: SENTENCES });
		fake.requests.length = 0;
		await build(client, id, { chunking_strategy: SENTENCES });
		const texts = await textsOf(own, statically(100, 50));
		expect(embedded().filter((text) => texts.includes(text))).toEqual([]);
		const found = await find(client, id, `Sentence 12 of text ${stores} tells of heron`);
		const of = new Set(found.filter(({ file_id }) => file_id === own).map(({ text }) => text));
		expect(of.size).toBeGreaterThan(0);
		expect(texts).toEqual(expect.arrayContaining([...of]));
		expect(estimate.files_with_own_strategy).toBe(1);
	});

	test("is made from what is stored: nothing is read again", async () => {
		const { id, fileIds } = await createStore(client, {
			"a.txt": prose(40),
			"states.csv": readFileSync(fixture("demo/sp500-constituents.csv")),
		});
		const blobs = createDiskBlobs(`${t.dataDirectory}/blobs`);
		for (const file of Object.values(fileIds)) await blobs.remove(file);
		const { counts } = await build(client, id, { chunking_strategy: SENTENCES });
		expect(counts.files).toBe(2);
		expect(await find(client, id, `Sentence 7 of text ${stores} tells of heron`)).not.toEqual([]);
	});

	test("and the former one tell by which settings each chunk was made", async () => {
		const { id, fileIds } = await createStore(client, { "a.txt": prose(40) });
		const own = await uploadText(client, "own.txt", prose(40));
		await client.vectorStores.files.create(id, { file_id: own, chunking_strategy: statically(100, 50) });
		await untilEnded(client, id, own);
		await build(client, id, { chunking_strategy: SENTENCES });
		for (const index of await listIndexes(client, id)) {
			const found = await find(client, id, "heron lake sentence", { indexId: index.id });
			const made = (file: string) => found.filter(({ file_id }) => file_id === file).map(({ text }) => text);
			const common = await textsOf(fileIds["a.txt"] as string, index.settings.chunking_strategy);
			expect(made(fileIds["a.txt"] as string).toSorted()).toEqual(common.toSorted());
			expect(made(own).toSorted()).toEqual((await textsOf(own, statically(100, 50))).toSorted());
		}
		const file = await client.vectorStores.files.retrieve(own, { vector_store_id: id });
		expect(file.chunking_strategy).toEqual(statically(100, 50));
	});

	test("of another embedding model answers with that model, and so does the former one", async () => {
		const { id } = await createStore(client, { "a.txt": prose(20) });
		const [first] = await listIndexes(client, id);
		fake.requests.length = 0;
		const index = await build(client, id, { embedding_model: "other-embedding" });
		expect(index.settings).toMatchObject({ embedding_model: "other-embedding", embedding_dimensions: 64 });
		expect(new Set(fake.requests.map(({ body }) => body.model))).toEqual(new Set(["other-embedding"]));
		fake.requests.length = 0;
		await find(client, id, "heron");
		await find(client, id, "heron", { indexId: first?.id as string });
		expect(fake.requests.map(({ body }) => body.model)).toEqual(["other-embedding", "fake-embedding"]);
	});

	test("without an embedding model is searched by words alone", async () => {
		const { id } = await createStore(client, { "a.txt": prose(20) });
		await build(client, id, { embedding_model: null });
		fake.requests.length = 0;
		expect(await find(client, id, "heron")).not.toEqual([]);
		expect(fake.requests).toEqual([]);
	});

	test("of an empty store is active at once, and files go into it", async () => {
		const { id } = await client.vectorStores.create({});
		await build(client, id, { chunking_strategy: SENTENCES });
		const file = await uploadText(client, "a.txt", prose(9));
		await client.vectorStores.files.create(id, { file_id: file });
		await untilEnded(client, id, file);
		const found = await find(client, id, "heron");
		expect(found.map(({ text }) => text).toSorted()).toEqual((await textsOf(file, SENTENCES)).toSorted());
	});
});

describe("an estimate", () => {
	test("tells what the build then takes, stores nothing and asks for no vector", async () => {
		const { id, fileIds } = await createStore(client, {
			"a.txt": prose(100),
			"states.csv": readFileSync(fixture("demo/sp500-constituents.csv")),
		});
		fake.requests.length = 0;
		const estimate = await estimateBuild(client, id, { chunking_strategy: SENTENCES });
		expect(fake.requests).toEqual([]);
		expect(await listIndexes(client, id)).toHaveLength(1);
		expect(estimate).toMatchObject({
			object: "vector_store.index.estimate",
			cost_usd: null,
			sample: { documents: 2, of: 2, share: 1 },
			files_with_own_strategy: 0,
		});
		const { counts } = await build(client, id, { chunking_strategy: SENTENCES });
		expect(estimate.chunks).toBe(counts.chunks);
		expect(estimate.chunks - estimate.vectors_reused).toBe(new Set(embedded()).size);
		expect(estimate.tokens_to_embed).toBeGreaterThan(0);
		expect(Object.keys(fileIds)).toHaveLength(2);
		expect(await estimateBuild(client, id, {})).toMatchObject({ tokens_to_embed: 0, cost_usd: 0 });
	});

	test("has a price where the model has one", async () => {
		const { id } = await createStore(client, { "a.txt": prose(100) });
		const estimate = await estimateBuild(client, id, { embedding_model: "text-embedding-3-small" });
		expect(estimate.tokens_to_embed).toBeGreaterThan(1000);
		expect(estimate.cost_usd).toBeCloseTo((estimate.tokens_to_embed * 0.02) / 1e6, 12);
	});
});

describe("activation", () => {
	test("by hand waits until it is asked for, and goes back", async () => {
		const { id } = await createStore(client, { "a.txt": prose(30) });
		const [first] = await listIndexes(client, id);
		const ready = await build(client, id, { chunking_strategy: SENTENCES, activate: "manual" });
		const [before] = await find(client, id, "heron");
		const [named] = await find(client, id, "heron", { indexId: ready.id });
		expect(indexNumberOf(before as never)).not.toBe(indexNumberOf(named as never));
		expect(await actOnIndex(client, id, ready.id, "activate")).toMatchObject({ status: "active" });
		expect(indexNumberOf((await find(client, id, "heron"))[0] as never)).toBe(indexNumberOf(named as never));
		// Again changes nothing.
		expect(await actOnIndex(client, id, ready.id, "activate")).toMatchObject({ status: "active" });

		fake.requests.length = 0;
		expect(await actOnIndex(client, id, first?.id as string, "activate")).toMatchObject({ status: "active" });
		expect(embedded()).toEqual([]);
		expect(await find(client, id, "heron")).toEqual(await find(client, id, "heron", { indexId: first?.id as string }));
		expect(await getIndex(client, id, ready.id)).toMatchObject({ status: "retired" });
	});

	test("of a former index first builds what came since, and only that", async () => {
		const { id } = await createStore(client, { "a.txt": prose(30) });
		const [first] = await listIndexes(client, id);
		await build(client, id, { chunking_strategy: statically(100, 0) });
		const text = prose(30);
		const file = await uploadText(client, "later.txt", text);
		await client.vectorStores.files.create(id, { file_id: file });
		await untilEnded(client, id, file);
		fake.requests.length = 0;
		expect(await actOnIndex(client, id, first?.id as string, "activate")).toMatchObject({ status: "queued" });
		await untilIndex(client, id, first?.id as string, "active");
		const texts = await textsOf(file, { type: "auto" });
		expect(embedded().toSorted()).toEqual(texts.toSorted());
		const found = await find(client, id, `text ${stores} heron lake`);
		expect(found.filter(({ file_id }) => file_id === file).length).toBeGreaterThan(0);
	});

	test("of a file's store tells sizes as they are in the active index", async () => {
		const { id } = await createStore(client, { "a.txt": prose(100) });
		const before = (await client.vectorStores.retrieve(id)).usage_bytes;
		await build(client, id, { chunking_strategy: SENTENCES });
		expect((await client.vectorStores.retrieve(id)).usage_bytes).toBeGreaterThan(before);
	});
});

test.runIf(inject("serverUrl"))("a question does not wait for the transaction that flips its store", async () => {
	const { id } = await createStore(client, { "a.txt": prose(5) });
	// So long ago that it is to be noted that the store is used.
	await t.service.db.query("UPDATE vector_stores SET last_active_at = now() - interval '1 hour' WHERE id = $1", [id]);
	await t.service.db.transaction(async (tx) => {
		await lockActiveIndex(tx, id);
		expect(await find(client, id, "heron")).not.toEqual([]);
	});
});

describe("what cannot be", () => {
	let id: string;
	let active: string;
	beforeAll(async () => {
		({ id } = await createStore(client, { "a.txt": prose(100) }));
		active = (await listIndexes(client, id))[0]?.id as string;
	});

	test("a second build is refused while one is under way", async () => {
		fake.setPaused(true);
		const { id: first } = await startBuild(client, id, { chunking_strategy: SENTENCES });
		await expect(startBuild(client, id, {})).rejects.toMatchObject({
			status: 400,
			code: "index_being_built",
			message: expect.stringContaining(first),
		});
		await actOnIndex(client, id, first, "cancel");
		fake.setPaused(false);
		await build(client, id, { chunking_strategy: SENTENCES, activate: "manual" });
	});

	test("the active index is neither cancelled nor deleted", async () => {
		const refusal = { status: 400, code: "invalid_value", param: "index_id" };
		await expect(actOnIndex(client, id, active, "cancel")).rejects.toMatchObject(refusal);
		await expect(client.delete(`/vector_stores/${id}/indexes/${active}`)).rejects.toMatchObject(refusal);
	});

	test("a cancelled one is not activated", async () => {
		const other = await createStore(client, { "a.txt": prose(100) });
		fake.setPaused(true);
		const { id: given } = await startBuild(client, other.id, { chunking_strategy: SENTENCES });
		expect(await actOnIndex(client, other.id, given, "cancel")).toMatchObject({ status: "cancelled" });
		fake.setPaused(false);
		await expect(actOnIndex(client, other.id, given, "activate")).rejects.toMatchObject({
			status: 400,
			message: expect.stringContaining("never complete"),
		});
	});

	test.each([
		[{ chunking_strategy: { type: "tiny" } }, "chunking_strategy.type"],
		[{ chunking_strategy: statically(100, 80) }, "chunking_strategy.static.chunk_overlap_tokens"],
		[{ activate: "soon" }, "activate"],
		[{ keep: -1 }, "keep"],
	])("settings that make no sense are refused: %j", async (body, param) => {
		await expect(startBuild(client, id, body)).rejects.toMatchObject({ status: 400, param });
	});

	test.each([
		["of an unknown store", () => listIndexes(client, "vs_unknown")],
		["that is unknown", () => getIndex(client, id, "vsx_unknown")],
		[
			"that is another store's",
			async () => {
				const other = await client.vectorStores.create({});
				return getIndex(client, other.id, active);
			},
		],
		["that is unknown, in a search", () => find(client, id, "heron", { indexId: "vsx_unknown" })],
	])("an index %s is not found", async (_name, ask) => {
		await expect(ask()).rejects.toThrow(NotFoundError);
	});

	test("vectors are not promised by a server without an embedding model", async () => {
		const plain = await startTestService({}, { worker: false });
		try {
			const { id } = await plain.client.vectorStores.create({});
			await expect(startBuild(plain.client, id, { embedding_model: "m" })).rejects.toMatchObject({
				status: 400,
				param: "embedding_model",
				message: expect.stringContaining("EMBEDDING_MODEL"),
			});
		} finally {
			await plain.stop();
		}
	});
});

test("a deleted index is gone at once and then its chunks are", async () => {
	const { id } = await createStore(client, { "a.txt": prose(50) });
	const ready = await build(client, id, { chunking_strategy: SENTENCES, activate: "manual" });
	const number = await numberOf(ready.id);
	expect(await client.delete(`/vector_stores/${id}/indexes/${ready.id}`)).toEqual({
		id: ready.id,
		object: "vector_store.index.deleted",
		deleted: true,
	});
	await expect(getIndex(client, id, ready.id)).rejects.toThrow(NotFoundError);
	await expect(find(client, id, "heron", { indexId: ready.id })).rejects.toThrow(NotFoundError);
	await untilSettled(t.service.db, number);
	expect((await countChunks(t.service.db, number)).all).toBe(0);
	expect(await listIndexes(client, id)).toHaveLength(1);
});

test("a list of indexes has pages", async () => {
	const { id } = await createStore(client, { "a.txt": prose(5) });
	for (const max of [100, 200]) await build(client, id, { chunking_strategy: statically(max, 0), activate: "manual" });
	const all = await listIndexes(client, id);
	expect(all.map(({ status }) => status)).toEqual(["ready", "ready", "active"]);
	const page = await client.get<{ data: unknown[]; has_more: boolean }>(
		`/vector_stores/${id}/indexes?limit=1&after=${all[0]?.id}`,
	);
	expect(page).toMatchObject({ data: [all[1]], has_more: true });
});

describe("a file that is attached again with other settings", () => {
	test("is chunked anew, and no other is", async () => {
		const { id, fileIds } = await createStore(client, { "a.txt": prose(60), "b.txt": prose(60) });
		const a = fileIds["a.txt"] as string;
		const texts = await textsOf(a, SENTENCES);
		fake.requests.length = 0;
		await client.vectorStores.files.create(id, { file_id: a, chunking_strategy: SENTENCES as never });
		expect(await untilEnded(client, id, a)).toMatchObject({
			status: "completed",
			chunking_strategy: { type: "other", other: SENTENCES },
		});
		expect(embedded().filter((text) => !texts.includes(text))).toEqual([]);
		const found = await find(client, id, `Sentence 12 of text ${stores - 1} tells of heron`);
		const ofA = found.filter(({ file_id }) => file_id === a).map(({ text }) => text);
		expect(ofA.length).toBeGreaterThan(0);
		expect(texts).toEqual(expect.arrayContaining(ofA));
		const b = await client.vectorStores.files.retrieve(fileIds["b.txt"] as string, { vector_store_id: id });
		expect(b.chunking_strategy).toEqual({ type: "other", other: { type: "auto" } });
	});
});

async function numberOf(publicId: string): Promise<number> {
	const { rows } = await t.service.db.query<{ id: number }>("SELECT id FROM indexes WHERE public_id = $1", [publicId]);
	return (rows[0] as { id: number }).id;
}
