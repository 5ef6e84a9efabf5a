import { BadRequestError, NotFoundError, toFile } from "openai";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { errorOf, sendJson } from "../support/send.ts";
import { startTestService, type TestService } from "../support/service.ts";
import { untilEnded, uploadText } from "../support/upload.ts";

let t: TestService;
beforeAll(async () => {
	t = await startTestService();
});
afterAll(() => t.stop());

async function upload(texts: Record<string, string>, client = t.client): Promise<string[]> {
	const ids: string[] = [];
	for (const [name, text] of Object.entries(texts)) ids.push(await uploadText(client, name, text));
	return ids;
}

describe("a batch", () => {
	test("of file_ids gives all its files the same attributes and strategy", async () => {
		const { id } = await t.client.vectorStores.create({});
		const file_ids = await upload({ "a.txt": "The fox runs.", "b.txt": "The hen hides." });
		const strategy = { type: "static", static: { max_chunk_size_tokens: 100, chunk_overlap_tokens: 0 } } as const;
		const batch = await t.client.vectorStores.fileBatches.createAndPoll(id, {
			file_ids,
			attributes: { source: "batch" },
			chunking_strategy: strategy,
		});
		expect(batch).toEqual({
			id: expect.stringMatching(/^vsfb_[0-9a-f]{48}$/),
			object: "vector_store.files_batch",
			created_at: expect.any(Number),
			vector_store_id: id,
			status: "completed",
			file_counts: { in_progress: 0, completed: 2, failed: 0, cancelled: 0, total: 2 },
		});
		for (const file of (await t.client.vectorStores.files.list(id)).data) {
			expect(file).toMatchObject({ attributes: { source: "batch" }, chunking_strategy: strategy });
		}
	});

	test("of files gives each its own, and ignores those of the batch", async () => {
		const { id } = await t.client.vectorStores.create({});
		const [a, b] = (await upload({ "a.txt": "A.", "b.txt": "B." })) as [string, string];
		const strategy = { type: "static", static: { max_chunk_size_tokens: 100, chunk_overlap_tokens: 0 } } as const;
		await t.client.vectorStores.fileBatches.createAndPoll(id, {
			files: [{ file_id: a, attributes: { own: 1 }, chunking_strategy: strategy }, { file_id: b }],
			attributes: { of: "batch" },
		});
		const retrieve = (file: string) => t.client.vectorStores.files.retrieve(file, { vector_store_id: id });
		expect(await retrieve(a)).toMatchObject({ attributes: { own: 1 }, chunking_strategy: strategy });
		expect((await retrieve(b)).attributes).toEqual({});
		expect((await retrieve(b)).chunking_strategy).toEqual({ type: "other", other: { type: "auto" } });
	});

	test("uploads and ingests with the client's helper", async () => {
		const { id } = await t.client.vectorStores.create({});
		const names = ["1.txt", "2.txt", "3.txt", "4.txt", "5.txt"];
		const files = await Promise.all(names.map((name) => toFile(Buffer.from(`Of ${name}.`), name)));
		const batch = await t.client.vectorStores.fileBatches.uploadAndPoll(id, { files });
		expect(batch.status).toBe("completed");
		expect(batch.file_counts).toMatchObject({ completed: 5, total: 5 });
	});

	test("counts a file named twice once", async () => {
		const { id } = await t.client.vectorStores.create({});
		const [file] = (await upload({ "a.txt": "A." })) as [string];
		const batch = await t.client.vectorStores.fileBatches.createAndPoll(id, { file_ids: [file, file] });
		expect(batch.file_counts).toMatchObject({ completed: 1, total: 1 });
	});

	test("tells clients to look again soon", async () => {
		const { id } = await t.client.vectorStores.create({});
		const batch = await t.client.vectorStores.fileBatches.create(id, { file_ids: await upload({ "a.txt": "A." }) });
		const { response } = await t.client.vectorStores.fileBatches
			.retrieve(batch.id, { vector_store_id: id })
			.withResponse();
		expect(Number(response.headers.get("openai-poll-after-ms"))).toBeLessThanOrEqual(1000);
		expect(Number(response.headers.get("openai-poll-after-ms"))).toBeGreaterThan(0);
	});

	test("belongs to its store alone", async () => {
		const { id } = await t.client.vectorStores.create({});
		const { id: other } = await t.client.vectorStores.create({});
		const batch = await t.client.vectorStores.fileBatches.create(id, { file_ids: await upload({ "a.txt": "A." }) });
		const retrieve = t.client.vectorStores.fileBatches.retrieve(batch.id, { vector_store_id: other });
		await expect(retrieve).rejects.toThrow(NotFoundError);
	});
});

test.for<[string, object, string]>([
	["neither form", {}, "file_ids"],
	["both forms", { file_ids: ["file-x"], files: [{ file_id: "file-x" }] }, "file_ids"],
	["no file_ids", { file_ids: [] }, "file_ids"],
	["no files", { files: [] }, "files"],
	["2001 file_ids", { file_ids: Array(2001).fill("file-x") }, "file_ids"],
	["a file without an id", { files: [{ attributes: {} }] }, "files[0].file_id"],
	["a file_id that is no string", { file_ids: ["file-x", 5] }, "file_ids[1]"],
])("a batch of %s is refused", async ([, body, param]) => {
	const { id } = await t.client.vectorStores.create({});
	const sent = await sendJson(t.url, "POST", `/v1/vector_stores/${id}/file_batches`, body);
	expect(sent.status).toBe(400);
	expect(errorOf(sent).param).toBe(param);
});

test("a batch with an unknown file is refused as a whole", async () => {
	const { id } = await t.client.vectorStores.create({});
	const file_ids = [...(await upload({ "a.txt": "A." })), "file-unknown"];
	await expect(t.client.vectorStores.fileBatches.create(id, { file_ids })).rejects.toThrow("file-unknown");
	expect((await t.client.vectorStores.retrieve(id)).file_counts.total).toBe(0);
});

describe("a batch with bad files", () => {
	let id: string;
	let batchId: string;
	let fileIds: string[];
	beforeAll(async () => {
		({ id } = await t.client.vectorStores.create({}));
		// In the store already, but of no batch.
		const [before] = (await upload({ "before.txt": "Before." })) as [string];
		await t.client.vectorStores.files.createAndPoll(id, { file_id: before }, { pollIntervalMs: 50 });
		fileIds = await upload({
			"a.txt": "The eel swims.",
			"broken.json": '{"a": [1, 2',
			"b.txt": "The elk walks.",
			"image.png": "\x89PNG\r\n\x1a\n",
			"c.txt": "The emu runs.",
		});
		({ id: batchId } = await t.client.vectorStores.fileBatches.createAndPoll(id, { file_ids: fileIds }));
	});
	const listed = async (query: object = {}) => {
		const place = { vector_store_id: id, order: "asc", ...query } as const;
		const page = await t.client.vectorStores.fileBatches.listFiles(batchId, place);
		return page.data.map((file) => fileIds.indexOf(file.id));
	};

	test("completes the others", async () => {
		const batch = await t.client.vectorStores.fileBatches.retrieve(batchId, { vector_store_id: id });
		expect(batch.status).toBe("completed");
		expect(batch.file_counts).toEqual({ in_progress: 0, completed: 3, failed: 2, cancelled: 0, total: 5 });
		for (const word of ["eel", "elk", "emu"]) {
			expect((await t.client.vectorStores.search(id, { query: word })).data).toHaveLength(1);
		}
	});

	test("says of each what is wrong with it", async () => {
		const errorOfFile = async (place: number) => {
			const file = await t.client.vectorStores.files.retrieve(fileIds[place] as string, { vector_store_id: id });
			return file.last_error;
		};
		expect(await errorOfFile(1)).toEqual({ code: "invalid_file", message: expect.stringContaining("broken.json") });
		const image = await errorOfFile(3);
		expect(image).toEqual({ code: "unsupported_file", message: expect.stringMatching(/image\.png.*supported: .*PDF/) });
	});

	test("lists its own files, by status and in pages", async () => {
		expect(await listed()).toEqual([0, 1, 2, 3, 4]);
		expect(await listed({ order: "desc" })).toEqual([4, 3, 2, 1, 0]);
		expect(await listed({ filter: "failed" })).toEqual([1, 3]);
		expect(await listed({ filter: "completed" })).toEqual([0, 2, 4]);
		expect(await listed({ filter: "in_progress" })).toEqual([]);
		expect(await listed({ limit: 2 })).toEqual([0, 1]);
		expect(await listed({ limit: 2, after: fileIds[1] })).toEqual([2, 3]);
		expect(await listed({ limit: 2, before: fileIds[4] })).toEqual([2, 3]);
		const walked: number[] = [];
		for await (const file of t.client.vectorStores.fileBatches.listFiles(batchId, { vector_store_id: id, limit: 2 }))
			walked.push(fileIds.indexOf(file.id));
		expect(walked).toEqual([4, 3, 2, 1, 0]);
	});

	test("has failed where all its files have", async () => {
		const file_ids = await upload({ "broken.json": "{" });
		const batch = await t.client.vectorStores.fileBatches.createAndPoll(id, { file_ids });
		expect(batch.status).toBe("failed");
	});

	test("cannot be cancelled once it has ended", async () => {
		const place = { vector_store_id: id };
		const cancelled = await t.client.vectorStores.fileBatches.cancel(batchId, place);
		expect(cancelled.status).toBe("completed");
		expect(cancelled.file_counts).toMatchObject({ completed: 3, cancelled: 0 });
	});
});

describe("cancelling", () => {
	let idle: TestService;
	beforeAll(async () => {
		idle = await startTestService({}, { worker: false });
	});
	afterAll(() => idle.stop());

	test("stops what is not ingested yet, in this batch alone", async () => {
		const { id } = await idle.client.vectorStores.create({});
		const [a, b, c] = (await upload({ "a.txt": "A.", "b.txt": "B.", "c.txt": "C." }, idle.client)) as [
			string,
			string,
			string,
		];
		const { fileBatches, files } = idle.client.vectorStores;
		const batch = await fileBatches.create(id, { file_ids: [a, b] });
		await files.create(id, { file_id: c });
		expect(batch.status).toBe("in_progress");
		expect(batch.file_counts).toEqual({ in_progress: 2, completed: 0, failed: 0, cancelled: 0, total: 2 });

		const cancelled = await fileBatches.cancel(batch.id, { vector_store_id: id });
		expect(cancelled).toMatchObject({
			id: batch.id,
			status: "cancelled",
			file_counts: { in_progress: 0, cancelled: 2, total: 2 },
		});
		expect(await fileBatches.retrieve(batch.id, { vector_store_id: id })).toEqual(cancelled);
		expect((await files.retrieve(a, { vector_store_id: id })).status).toBe("cancelled");
		expect((await files.retrieve(c, { vector_store_id: id })).status).toBe("in_progress");
		expect((await files.list(id, { filter: "cancelled" })).data).toHaveLength(2);
		expect(await idle.client.vectorStores.retrieve(id)).toMatchObject({
			status: "in_progress",
			file_counts: { in_progress: 1, cancelled: 2, total: 3 },
		});
		expect((await fileBatches.cancel(batch.id, { vector_store_id: id })).status).toBe("cancelled");
	});
});

test("a cancelled file can be attached again", async () => {
	const { id } = await t.client.vectorStores.create({});
	const [file] = (await upload({ "a.txt": "The ibex climbs." })) as [string];
	await t.client.vectorStores.files.createAndPoll(id, { file_id: file }, { pollIntervalMs: 50 });
	await t.service.db.query("UPDATE vector_store_files SET status = 'cancelled' WHERE file_id = $1", [file]);
	await t.client.vectorStores.files.create(id, { file_id: file });
	expect((await untilEnded(t.client, id, file)).status).toBe("completed");
	expect((await t.client.vectorStores.search(id, { query: "ibex" })).data).toHaveLength(1);
});

test("an unknown batch is a 404 in every call", async () => {
	const { id } = await t.client.vectorStores.create({});
	const place = { vector_store_id: id };
	const { fileBatches } = t.client.vectorStores;
	for (const call of [
		() => fileBatches.retrieve("vsfb_unknown", place),
		() => fileBatches.cancel("vsfb_unknown", place),
		() => fileBatches.listFiles("vsfb_unknown", place),
	])
		await expect(call()).rejects.toMatchObject({ status: 404, param: "batch_id" });
	await expect(fileBatches.retrieve("not an id", place)).rejects.toThrow(BadRequestError);
});
