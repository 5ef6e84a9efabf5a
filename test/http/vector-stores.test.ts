import { BadRequestError, NotFoundError } from "openai";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { send, sendJson } from "../support/send.ts";
import { startTestService, type TestService } from "../support/service.ts";
import { createStore, untilEnded, uploadText } from "../support/upload.ts";

let t: TestService;
beforeAll(async () => {
	t = await startTestService();
});
afterAll(() => t.stop());

describe("a new vector store", () => {
	test("has everything it was given", async () => {
		const fileIds = await Promise.all(["a.txt", "b.txt"].map((name) => uploadText(t.client, name, `Of ${name}.`)));
		const store = await t.client.vectorStores.create({
			name: "everything",
			description: "for the test",
			metadata: { team: "docs", "a key with spaces": "" },
			expires_after: { anchor: "last_active_at", days: 7 },
			file_ids: fileIds,
			chunking_strategy: { type: "static", static: { max_chunk_size_tokens: 200, chunk_overlap_tokens: 50 } },
		});
		expect(store).toMatchObject({
			object: "vector_store",
			name: "everything",
			metadata: { team: "docs", "a key with spaces": "" },
			expires_after: { anchor: "last_active_at", days: 7 },
		});
		expect(store.id).toMatch(/^vs_[0-9a-f]{48}$/);
		expect(store.file_counts.total).toBe(2);
		expect(store.expires_at).toBe((store.last_active_at as number) + 7 * 24 * 60 * 60);
		for (const id of fileIds) {
			const file = await untilEnded(t.client, store.id, id);
			expect(file.status).toBe("completed");
			expect(file.chunking_strategy).toEqual({
				type: "static",
				static: { max_chunk_size_tokens: 200, chunk_overlap_tokens: 50 },
			});
		}
		const { rows } = await t.service.db.query("SELECT description FROM vector_stores WHERE id = $1", [store.id]);
		expect(rows).toEqual([{ description: "for the test" }]);
	});

	test("has defaults for what it was not given", async () => {
		const store = await t.client.vectorStores.create({});
		expect(store).toEqual({
			id: store.id,
			object: "vector_store",
			created_at: expect.any(Number),
			last_active_at: store.created_at,
			name: "",
			usage_bytes: 0,
			file_counts: { in_progress: 0, completed: 0, failed: 0, cancelled: 0, total: 0 },
			status: "completed",
			expires_at: null,
			metadata: {},
		});
	});

	test("may be asked for without a body", async () => {
		expect((await send(t.url, "POST", "/v1/vector_stores")).status).toBe(200);
		const headers = { "content-type": "application/json" };
		expect((await send(t.url, "POST", "/v1/vector_stores", { headers })).status).toBe(200);
	});

	test("is not made where one of its files does not exist", async () => {
		const known = await uploadText(t.client, "x.txt", "x");
		const create = t.client.vectorStores.create({ name: "never", file_ids: [known, "file-unknown"] });
		await expect(create).rejects.toThrow("file-unknown");
		const names = (await t.client.vectorStores.list({ limit: 100 })).data.map((store) => store.name);
		expect(names).not.toContain("never");
	});

	const pairs = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, n) => [`k${n}`, "v"]));

	test.for<[string, object]>([
		["16 pairs of metadata", { metadata: pairs(16) }],
		["a key of 64 characters", { metadata: { ["k".repeat(64)]: "v" } }],
		["a value of 512 characters", { metadata: { k: "v".repeat(512) } }],
		["no metadata", { metadata: null }],
		["an expiry of 1 day", { expires_after: { anchor: "last_active_at", days: 1 } }],
		["an expiry of 365 days", { expires_after: { anchor: "last_active_at", days: 365 } }],
	])("may have %s", async ([, body]) => {
		expect((await sendJson(t.url, "POST", "/v1/vector_stores", body)).status).toBe(200);
	});

	test.for<[string, object, string, string]>([
		["17 pairs of metadata", { metadata: pairs(17) }, "metadata", "invalid_value"],
		["a key of 65", { metadata: { ["k".repeat(65)]: "v" } }, `metadata.${"k".repeat(65)}`, "string_above_max_length"],
		["a value of 513", { metadata: { k: "v".repeat(513) } }, "metadata.k", "string_above_max_length"],
		["a value that is no string", { metadata: { k: 5 } }, "metadata.k", "invalid_type"],
		[
			"0 days",
			{ expires_after: { anchor: "last_active_at", days: 0 } },
			"expires_after.days",
			"integer_below_min_value",
		],
		[
			"366 days",
			{ expires_after: { anchor: "last_active_at", days: 366 } },
			"expires_after.days",
			"integer_above_max_value",
		],
		["1.5 days", { expires_after: { anchor: "last_active_at", days: 1.5 } }, "expires_after.days", "invalid_type"],
		["another anchor", { expires_after: { anchor: "created_at", days: 1 } }, "expires_after.anchor", "invalid_value"],
		["501 files", { file_ids: Array(501).fill("file-x") }, "file_ids", "array_above_max_length"],
		["a name of 257", { name: "n".repeat(257) }, "name", "string_above_max_length"],
	])("may not have %s", async ([, body, param, code]) => {
		const error = await t.client.vectorStores.create(body).catch((thrown) => thrown);
		expect(error).toBeInstanceOf(BadRequestError);
		expect(error).toMatchObject({ param, code });
	});
});

describe("the list of vector stores", () => {
	let ids: string[];
	beforeAll(async () => {
		ids = [];
		for (const n of Array.from({ length: 25 }).keys())
			ids.push((await t.client.vectorStores.create({ name: `listed ${n}` })).id);
	});

	test("has the 20 newest, newest first", async () => {
		const page = await t.client.vectorStores.list();
		expect(page.data.map((store) => store.id)).toEqual(ids.toReversed().slice(0, 20));
		expect(page.has_more).toBe(true);
		const { body } = await send(t.url, "GET", "/v1/vector_stores");
		expect(body).toMatchObject({ object: "list", first_id: ids[24], last_id: ids[5] });
	});

	test.for(["asc", "desc"] as const)("goes on after and before an id, order %s", async (order) => {
		const ordered = order === "asc" ? ids : ids.toReversed();
		const listed = async (query: object) => {
			const page = await t.client.vectorStores.list({ order, limit: 3, ...query });
			return [page.data.map((store) => store.id), page.has_more];
		};
		expect(await listed({ after: ordered[9] })).toEqual([ordered.slice(10, 13), true]);
		expect(await listed({ before: ordered[10] })).toEqual([ordered.slice(7, 10), true]);
		expect(await listed({ after: ordered[9], before: ordered[12] })).toEqual([ordered.slice(10, 12), false]);
		if (order === "asc") expect(await listed({ after: ids[24] })).toEqual([[], false]);
		else expect(await listed({ before: ids[24] })).toEqual([[], false]);
	});

	test("is walked to its end by the client, each store once", async () => {
		const walked: string[] = [];
		for await (const store of t.client.vectorStores.list({ limit: 7 })) walked.push(store.id);
		expect(walked.slice(0, 25)).toEqual(ids.toReversed());
		expect(new Set(walked).size).toBe(walked.length);
	});

	test("leaves out what is deleted", async () => {
		await t.client.vectorStores.delete(ids[24] as string);
		expect((await t.client.vectorStores.list({ limit: 1 })).data.map((store) => store.id)).toEqual([ids[23]]);
	});
});

describe("an update", () => {
	test("changes what it names and keeps the rest", async () => {
		const { id } = await t.client.vectorStores.create({
			name: "before",
			metadata: { a: "1", b: "2" },
			expires_after: { anchor: "last_active_at", days: 3 },
		});
		expect(await t.client.vectorStores.update(id, { name: "after" })).toMatchObject({
			name: "after",
			metadata: { a: "1", b: "2" },
			expires_after: { days: 3 },
		});
		const changed = await t.client.vectorStores.update(id, {
			metadata: { c: "3" },
			expires_after: { anchor: "last_active_at", days: 9 },
		});
		expect(changed).toMatchObject({ name: "after", expires_after: { days: 9 } });
		expect(changed.metadata).toEqual({ c: "3" });
		expect(await t.client.vectorStores.retrieve(id)).toEqual(changed);
	});

	test("empties what it names as null", async () => {
		const { id } = await t.client.vectorStores.create({
			name: "full",
			metadata: { a: "1" },
			expires_after: { anchor: "last_active_at", days: 3 },
		});
		const emptied = await t.client.vectorStores.update(id, { name: null, metadata: null, expires_after: null });
		expect(emptied).toMatchObject({ name: "", metadata: {}, expires_at: null });
		expect(emptied).not.toHaveProperty("expires_after");
	});
});

test("a deleted store is gone, and its files stay", async () => {
	const store = await createStore(t.client, { "kept.txt": "Kept." });
	expect(await t.client.vectorStores.delete(store.id)).toEqual({
		id: store.id,
		object: "vector_store.deleted",
		deleted: true,
	});
	await expect(t.client.vectorStores.retrieve(store.id)).rejects.toThrow(NotFoundError);
	await expect(t.client.vectorStores.files.list(store.id)).rejects.toThrow(NotFoundError);
	await expect(t.client.vectorStores.search(store.id, { query: "kept" })).rejects.toThrow(NotFoundError);
	await expect(t.client.vectorStores.delete(store.id)).rejects.toThrow(NotFoundError);
	const file = store.fileIds["kept.txt"] as string;
	expect(await (await t.client.files.content(file)).text()).toBe("Kept.");
});

test("counts its files by how they ended, and their bytes", async () => {
	const store = await createStore(t.client, { "a.txt": "Good.", "b.txt": "Good too.", "bad.json": "{" });
	const { file_counts, status, usage_bytes } = await t.client.vectorStores.retrieve(store.id);
	expect(file_counts).toEqual({ in_progress: 0, completed: 2, failed: 1, cancelled: 0, total: 3 });
	expect(status).toBe("completed");
	const files = (await t.client.vectorStores.files.list(store.id)).data;
	expect(usage_bytes).toBe(files.reduce((sum, file) => sum + file.usage_bytes, 0));
	expect(usage_bytes).toBeGreaterThan(0);
});

describe("a store that expires", () => {
	const day = { anchor: "last_active_at", days: 1 } as const;
	const rest = (id: string, interval: string) =>
		t.service.db.query("UPDATE vector_stores SET last_active_at = now() - $2::interval WHERE id = $1", [id, interval]);

	test("can only be looked at once it has expired", async () => {
		const store = await createStore(t.client, { "a.txt": "The otter swims." }, { expires_after: day });
		await rest(store.id, "24 hours");
		const expired = await t.client.vectorStores.retrieve(store.id);
		expect(expired.status).toBe("expired");
		expect(expired.expires_at).toBeLessThanOrEqual(Math.ceil(Date.now() / 1000));
		const refused = { status: 400, code: "vector_store_expired", param: "vector_store_id" };
		const { files, fileBatches } = t.client.vectorStores;
		const file_id = store.fileIds["a.txt"] as string;
		await expect(t.client.vectorStores.search(store.id, { query: "otter" })).rejects.toMatchObject(refused);
		await expect(files.create(store.id, { file_id })).rejects.toMatchObject(refused);
		await expect(fileBatches.create(store.id, { file_ids: [file_id] })).rejects.toMatchObject(refused);
		expect((await files.list(store.id)).data.map((file) => file.id)).toEqual([file_id]);
		expect((await files.retrieve(file_id, { vector_store_id: store.id })).status).toBe("completed");
	});

	test("is kept alive by a search, not by a look", async () => {
		const { id } = await t.client.vectorStores.create({ expires_after: day });
		await rest(id, "23 hours");
		const looked = await t.client.vectorStores.retrieve(id);
		expect(looked.status).toBe("completed");
		expect((await t.client.vectorStores.retrieve(id)).expires_at).toBe(looked.expires_at);
		await t.client.vectorStores.search(id, { query: "anything" });
		const searched = await t.client.vectorStores.retrieve(id);
		expect(searched.expires_at).toBeGreaterThanOrEqual((looked.expires_at as number) + 23 * 60 * 60 - 5);
	});
});

test("is in progress until its files are read", async () => {
	const idle = await startTestService({}, { worker: false });
	try {
		const file = await uploadText(idle.client, "waits.txt", "Waits.");
		const store = await idle.client.vectorStores.create({ file_ids: [file] });
		expect(store.status).toBe("in_progress");
		expect(store.file_counts).toEqual({ in_progress: 1, completed: 0, failed: 0, cancelled: 0, total: 1 });
		await idle.client.vectorStores.files.delete(file, { vector_store_id: store.id });
		expect(await idle.client.vectorStores.retrieve(store.id)).toMatchObject({
			status: "completed",
			file_counts: { total: 0 },
		});
	} finally {
		await idle.stop();
	}
});
