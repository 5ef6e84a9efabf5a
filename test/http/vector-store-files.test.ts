import { NotFoundError, toFile } from "openai";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { errorOf, send, sendJson } from "../support/send.ts";
import { startTestService, type TestService } from "../support/service.ts";
import { createStore, untilEnded, uploadText } from "../support/upload.ts";

let t: TestService;
beforeAll(async () => {
	t = await startTestService();
});
afterAll(() => t.stop());

describe("a file attached to a store", () => {
	test("is in progress at first, and completed once it is read", async () => {
		const { id } = await t.client.vectorStores.create({});
		const file_id = await uploadText(t.client, "a.txt", "The badger digs.");
		const attached = await t.client.vectorStores.files.create(id, { file_id });
		expect(attached).toMatchObject({
			id: file_id,
			object: "vector_store.file",
			vector_store_id: id,
			status: "in_progress",
			last_error: null,
			attributes: {},
			usage_bytes: 0,
		});
		const file = await untilEnded(t.client, id, file_id);
		expect(file).toMatchObject({ id: file_id, status: "completed", last_error: null });
		expect(file.usage_bytes).toBeGreaterThan(0);
		expect(file.created_at).toBe(attached.created_at);
		expect((await t.client.vectorStores.search(id, { query: "badger" })).data).toHaveLength(1);
	});

	test("tells clients to look again soon", async () => {
		const store = await createStore(t.client, { "a.txt": "A." });
		const { response } = await t.client.vectorStores.files
			.retrieve(store.fileIds["a.txt"] as string, { vector_store_id: store.id })
			.withResponse();
		expect(Number(response.headers.get("openai-poll-after-ms"))).toBeLessThanOrEqual(1000);
		expect(Number(response.headers.get("openai-poll-after-ms"))).toBeGreaterThan(0);
	});

	test("can be waited for with the client's helpers", async () => {
		const { id } = await t.client.vectorStores.create({});
		const uploaded = await t.client.vectorStores.files.uploadAndPoll(id, await toFile(Buffer.from("B."), "b.txt"));
		expect(uploaded.status).toBe("completed");
		expect((await t.client.files.retrieve(uploaded.id)).purpose).toBe("assistants");
		const file_id = await uploadText(t.client, "bad.json", "{");
		const failed = await t.client.vectorStores.files.createAndPoll(id, { file_id });
		expect(failed.status).toBe("failed");
		expect(failed.last_error).toMatchObject({ code: "invalid_file", message: expect.stringContaining("bad.json") });
	});

	test("must exist", async () => {
		const { id } = await t.client.vectorStores.create({});
		const create = t.client.vectorStores.files.create(id, { file_id: "file-unknown" });
		await expect(create).rejects.toThrow("No such File object: file-unknown");
		expect((await t.client.vectorStores.files.list(id)).data).toEqual([]);
	});

	test("leaves the store and stays a file", async () => {
		const store = await createStore(t.client, { "a.txt": "The lynx waits." });
		const id = store.fileIds["a.txt"] as string;
		const place = { vector_store_id: store.id };
		expect(await t.client.vectorStores.files.delete(id, place)).toEqual({
			id,
			object: "vector_store.file.deleted",
			deleted: true,
		});
		await expect(t.client.vectorStores.files.retrieve(id, place)).rejects.toThrow(NotFoundError);
		await expect(t.client.vectorStores.files.delete(id, place)).rejects.toThrow(NotFoundError);
		expect((await t.client.vectorStores.search(store.id, { query: "lynx" })).data).toEqual([]);
		expect((await t.client.files.retrieve(id)).filename).toBe("a.txt");
	});
});

describe("attributes", () => {
	test("hold strings, numbers and booleans; an update replaces them, null clears them", async () => {
		const { id } = await t.client.vectorStores.create({});
		const file_id = await uploadText(t.client, "a.txt", "The crane dances.");
		const attributes = { author: "Ann", year: 2024, ratio: -0.5, draft: false };
		expect((await t.client.vectorStores.files.create(id, { file_id, attributes })).attributes).toEqual(attributes);
		await untilEnded(t.client, id, file_id);
		const found = await t.client.vectorStores.search(id, { query: "crane" });
		expect(found.data[0]?.attributes).toEqual(attributes);

		const update = (
			given: typeof t.client.vectorStores.files.update extends (a: string, b: infer P) => unknown ? P : never,
		) => t.client.vectorStores.files.update(file_id, given);
		const replaced = await update({ vector_store_id: id, attributes: { year: 2025 } });
		expect(replaced).toMatchObject({ status: "completed", attributes: { year: 2025 } });
		expect(replaced.attributes).not.toHaveProperty("author");
		expect((await t.client.vectorStores.search(id, { query: "crane" })).data[0]?.attributes).toEqual({ year: 2025 });
		expect((await update({ vector_store_id: id, attributes: null })).attributes).toEqual({});
		expect((await t.client.vectorStores.files.retrieve(file_id, { vector_store_id: id })).attributes).toEqual({});
	});

	test.for<[string, unknown, string, string]>([
		["17 pairs", Object.fromEntries(Array.from({ length: 17 }, (_, n) => [`k${n}`, n])), "attributes", "invalid_value"],
		["a key of 65", { ["k".repeat(65)]: 1 }, `attributes.${"k".repeat(65)}`, "string_above_max_length"],
		["a value of 513", { k: "v".repeat(513) }, "attributes.k", "string_above_max_length"],
		["a list", { k: ["v"] }, "attributes.k", "invalid_type"],
		["a null value", { k: null }, "attributes.k", "invalid_type"],
	])("may not hold %s", async ([, attributes, param, code]) => {
		const { id } = await t.client.vectorStores.create({});
		const body = { file_id: "file-x", attributes };
		const sent = await sendJson(t.url, "POST", `/v1/vector_stores/${id}/files`, body);
		expect(sent.status).toBe(400);
		expect(errorOf(sent)).toMatchObject({ param, code });
	});
});

describe("the list of a store's files", () => {
	const good = ["a.txt", "b.txt", "c.txt"];
	let store: Awaited<ReturnType<typeof createStore>>;
	beforeAll(async () => {
		store = await createStore(t.client, {
			...Object.fromEntries(good.map((name) => [name, `Of ${name}.`])),
			"bad.json": "{",
		});
	});
	const ids = (names: string[]) => names.map((name) => store.fileIds[name]);
	const listed = async (query: object) => {
		const page = await t.client.vectorStores.files.list(store.id, query);
		return [page.data.map((file) => file.id), page.has_more];
	};

	test("can be filtered by status", async () => {
		expect(await listed({ filter: "completed", order: "asc" })).toEqual([ids(good), false]);
		expect(await listed({ filter: "failed" })).toEqual([ids(["bad.json"]), false]);
		expect(await listed({ filter: "in_progress" })).toEqual([[], false]);
		expect(await listed({ filter: "cancelled" })).toEqual([[], false]);
	});

	test("comes in pages, forwards and backwards", async () => {
		const all = [...good, "bad.json"];
		expect(await listed({})).toEqual([ids(all.toReversed()), false]);
		expect(await listed({ order: "asc", limit: 2 })).toEqual([ids(["a.txt", "b.txt"]), true]);
		expect(await listed({ order: "asc", limit: 2, after: store.fileIds["b.txt"] })).toEqual([
			ids(["c.txt", "bad.json"]),
			false,
		]);
		expect(await listed({ order: "asc", limit: 1, before: store.fileIds["c.txt"] })).toEqual([ids(["b.txt"]), true]);
		const walked: string[] = [];
		for await (const file of t.client.vectorStores.files.list(store.id, { limit: 1 })) walked.push(file.id);
		expect(walked).toEqual(ids(all.toReversed()));
	});

	test("knows only cursors of its own files", async () => {
		const elsewhere = await uploadText(t.client, "elsewhere.txt", "x");
		await expect(listed({ after: elsewhere })).rejects.toMatchObject({ status: 400, param: "after" });
	});
});

describe("the content of a file", () => {
	test("is the text that was read from it", async () => {
		const text = "First paragraph, with 東京 🙂.\n\nSecond paragraph.";
		const store = await createStore(t.client, { "a.txt": text });
		const file_id = store.fileIds["a.txt"] as string;
		const page = await t.client.vectorStores.files.content(file_id, { vector_store_id: store.id });
		expect(page.data.map((part) => part.text).join("")).toBe(text);
		expect(page.data.every((part) => part.type === "text")).toBe(true);
		const { body } = await send(t.url, "GET", `/v1/vector_stores/${store.id}/files/${file_id}/content`);
		expect(body).toMatchObject({ object: "vector_store.file_content.page", has_more: false, next_page: null });
	});

	test("comes in pages where it is long", async () => {
		const store = await createStore(t.client, { "a.txt": "0" });
		const path = `/v1/vector_stores/${store.id}/files/${store.fileIds["a.txt"]}/content`;
		await t.service.db.query(
			`INSERT INTO document_parts (document_id, ordinal, start_offset, end_offset, text, blocks)
			 SELECT document_id, n, n, n + 1, n::text, '[]' FROM files, generate_series(1, 149) n WHERE id = $1`,
			[store.fileIds["a.txt"]],
		);
		const texts = (body: Record<string, unknown>) => (body.data as { text: string }[]).map((part) => part.text);
		const { body: first } = await send(t.url, "GET", path);
		expect(first).toMatchObject({ has_more: true, next_page: "1" });
		const { body: second } = await send(t.url, "GET", `${path}?page=${first.next_page}`);
		expect(second).toMatchObject({ has_more: false, next_page: null });
		expect([...texts(first), ...texts(second)]).toEqual(Array.from({ length: 150 }, (_, n) => String(n)));
		const { body: beyond } = await send(t.url, "GET", `${path}?page=2`);
		expect(texts(beyond)).toEqual([]);
		expect((await send(t.url, "GET", `${path}?page=9007199254740991`)).status).toBe(400);
	});
});

test("a file of one store is not in another", async () => {
	const store = await createStore(t.client, { "a.txt": "A." });
	const { id: other } = await t.client.vectorStores.create({});
	const file = store.fileIds["a.txt"] as string;
	const place = { vector_store_id: other };
	await expect(t.client.vectorStores.files.retrieve(file, place)).rejects.toThrow(NotFoundError);
	await expect(t.client.vectorStores.files.content(file, place)).rejects.toThrow(NotFoundError);
	await expect(t.client.vectorStores.files.update(file, { ...place, attributes: {} })).rejects.toThrow(NotFoundError);
	await expect(t.client.vectorStores.files.delete(file, place)).rejects.toThrow(NotFoundError);
});
