import type OpenAI from "openai";
import { afterAll, beforeAll, expect, test } from "vitest";
import { errorOf, sendJson } from "../support/send.ts";
import { startTestService, type TestService } from "../support/service.ts";
import { createStore, untilEnded, uploadText } from "../support/upload.ts";

let t: TestService;
beforeAll(async () => {
	t = await startTestService();
});
afterAll(() => t.stop());

const staticOf = (max_chunk_size_tokens: number, chunk_overlap_tokens: number) => ({
	type: "static",
	static: { max_chunk_size_tokens, chunk_overlap_tokens },
});

/** OpenAI's own comes back as it is, one of ours as `other` with its settings in full. */
test.for<[object, object]>([
	[staticOf(100, 0), staticOf(100, 0)],
	[staticOf(4096, 2048), staticOf(4096, 2048)],
	[{ type: "auto" }, { type: "other", other: { type: "auto" } }],
	[{ type: "rows" }, { type: "other", other: { type: "rows", rows: { max_tokens: 400 } } }],
	[
		{ type: "rows", rows: { max_rows: 5, max_tokens: 100 } },
		{ type: "other", other: { type: "rows", rows: { max_rows: 5, max_tokens: 100 } } },
	],
	[
		{ type: "json", json: { max_tokens: 50 } },
		{ type: "other", other: { type: "json", json: { max_tokens: 50 } } },
	],
	[{ type: "page" }, { type: "other", other: { type: "page", page: { max_tokens: 800 } } }],
])("%j is taken, with the store and with a file", async ([given, told]) => {
	const chunking_strategy = given as OpenAI.VectorStores.FileChunkingStrategyParam;
	const store = await createStore(t.client, { "a.csv": "name,age\nAnn,40\nBen,41\n" }, { chunking_strategy });
	const file_id = store.fileIds["a.csv"] as string;
	const ofStore = await t.client.vectorStores.files.retrieve(file_id, { vector_store_id: store.id });
	expect(ofStore).toMatchObject({ status: "completed" });
	expect(ofStore.chunking_strategy).toEqual(told);

	const { id } = await t.client.vectorStores.create({});
	const ofFile = await t.client.vectorStores.files.create(id, { file_id, chunking_strategy });
	expect(ofFile.chunking_strategy).toEqual(told);
	expect((await untilEnded(t.client, id, file_id)).status).toBe("completed");
});

test.for<[unknown, string, string]>([
	[staticOf(99, 0), "chunking_strategy.static.max_chunk_size_tokens", "integer_below_min_value"],
	[staticOf(4097, 0), "chunking_strategy.static.max_chunk_size_tokens", "integer_above_max_value"],
	[staticOf(200, 101), "chunking_strategy.static.chunk_overlap_tokens", "invalid_value"],
	[staticOf(200, -1), "chunking_strategy.static.chunk_overlap_tokens", "integer_below_min_value"],
	[{ type: "static" }, "chunking_strategy.static", "missing_required_parameter"],
	[
		{ type: "static", static: { max_chunk_size_tokens: 200 } },
		"chunking_strategy.static.chunk_overlap_tokens",
		"missing_required_parameter",
	],
	[{ type: "magic" }, "chunking_strategy.type", "invalid_value"],
	[{}, "chunking_strategy.type", "missing_required_parameter"],
	["auto", "chunking_strategy", "invalid_type"],
	[{ type: "rows", rows: { max_rows: 0 } }, "chunking_strategy.rows.max_rows", "integer_below_min_value"],
	[{ type: "page", page: { max_tokens: 5000 } }, "chunking_strategy.page.max_tokens", "integer_above_max_value"],
])("%j is refused", async ([chunking_strategy, param, code]) => {
	const { id } = await t.client.vectorStores.create({});
	for (const [path, body] of [
		["", { chunking_strategy }],
		[`/${id}/files`, { file_id: "file-x", chunking_strategy }],
		[`/${id}/file_batches`, { file_ids: ["file-x"], chunking_strategy }],
	] as const) {
		const sent = await sendJson(t.url, "POST", `/v1/vector_stores${path}`, body);
		expect(sent.status).toBe(400);
		expect(errorOf(sent)).toMatchObject({ param, code });
	}
});

const SEMANTIC = { chunking_strategy: { type: "semantic" } };

test.for<[string, object, string]>([
	["/v1/vector_stores", SEMANTIC, "chunking_strategy.type"],
	["/v1/vector_stores/ID/files", { file_id: "FILE", ...SEMANTIC }, "chunking_strategy.type"],
	["/v1/vector_stores/ID/file_batches", { file_ids: ["FILE"], ...SEMANTIC }, "chunking_strategy.type"],
	[
		"/v1/vector_stores/ID/file_batches",
		{ files: [{ file_id: "FILE" }, { file_id: "FILE", ...SEMANTIC }] },
		"files[1].chunking_strategy.type",
	],
])(
	"chunking by meaning without an embedding model is refused before anything is stored: %s %j",
	async ([path, body, param]) => {
		const file = await uploadText(t.client, "a.txt", "One. Two.");
		const { id } = await t.client.vectorStores.create({});
		const before = (await t.client.vectorStores.list()).data.length;
		const given = JSON.parse(JSON.stringify(body).replaceAll("FILE", file));
		const sent = await sendJson(t.url, "POST", path.replace("ID", id), given);
		expect(sent.status).toBe(400);
		expect(errorOf(sent)).toMatchObject({ param, message: expect.stringContaining("set EMBEDDING_MODEL") });
		expect((await t.client.vectorStores.files.list(id)).data).toEqual([]);
		expect((await t.client.vectorStores.list()).data).toHaveLength(before);
	},
);

const ROWS = 60;
const CSV = `city,river\n${Array.from({ length: ROWS }, (_, n) => `city${n},river${n}`).join("\n")}\n`;

test("attached again with another strategy a file has other chunks, and is found all the while", async () => {
	const store = await createStore(t.client, { "a.csv": CSV }, { chunking_strategy: staticOf(4096, 0) as never });
	const file_id = store.fileIds["a.csv"] as string;
	const found = async () =>
		(await t.client.vectorStores.search(store.id, { query: "river7", max_num_results: 50 })).data;
	const whole = (await found())[0]?.content[0]?.text as string;
	expect(whole).toContain("city59");

	const rows = { type: "rows", rows: { max_rows: 1 } } as never;
	await t.client.vectorStores.files.create(store.id, { file_id, chunking_strategy: rows });
	let status: string;
	do {
		const results = await found();
		expect(results.length).toBeGreaterThan(0);
		expect(results[0]?.content[0]?.text).toContain("river7");
		({ status } = await t.client.vectorStores.files.retrieve(file_id, { vector_store_id: store.id }));
		const content = await t.client.vectorStores.files.content(file_id, { vector_store_id: store.id });
		expect(content.data.map((part) => part.text).join("")).toContain("city59");
	} while (status === "in_progress");
	expect(status).toBe("completed");
	const [best] = await found();
	expect(best?.content[0]?.text).toContain("river7");
	expect(best?.content[0]?.text).not.toContain("river8");
	const { rows: chunks } = await t.service.db.query(
		`SELECT count(*) FROM chunks c JOIN index_files f USING (index_id, file_id)
		 WHERE c.file_id = $1 AND c.revision = f.live_revision`,
		[file_id],
	);
	expect(chunks).toEqual([{ count: ROWS }]);
});

test("settings of one file change no other file", async () => {
	const store = await createStore(t.client, { "a.csv": CSV, "b.csv": CSV });
	const idsOf = async (name: string) => {
		const { rows } = await t.service.db.query<{ id: number }>(
			`SELECT c.id FROM chunks c JOIN index_files f USING (index_id, file_id)
			 WHERE c.file_id = $1 AND c.revision = f.live_revision ORDER BY c.id`,
			[store.fileIds[name]],
		);
		return rows.map((row) => row.id);
	};
	const [a, b] = [await idsOf("a.csv"), await idsOf("b.csv")];
	const chunking_strategy = { type: "rows", rows: { max_rows: 2 } } as never;
	const file_id = store.fileIds["a.csv"] as string;
	await t.client.vectorStores.files.createAndPoll(store.id, { file_id, chunking_strategy }, { pollIntervalMs: 50 });
	expect(await idsOf("b.csv")).toEqual(b);
	expect(await idsOf("a.csv")).not.toEqual(a);
	const other = await t.client.vectorStores.files.retrieve(store.fileIds["b.csv"] as string, {
		vector_store_id: store.id,
	});
	expect(other.chunking_strategy).toEqual({ type: "other", other: { type: "auto" } });
});
