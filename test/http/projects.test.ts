import { toFile } from "openai";
import { afterAll, beforeAll, expect, test } from "vitest";
import { send, sendJson } from "../support/send.ts";
import { startTestService, type TestService } from "../support/service.ts";
import { createStore } from "../support/upload.ts";

let t: TestService;
let conversation: string;
let prompt: string;
let upload: string;
let store: Awaited<ReturnType<typeof createStore>>;
beforeAll(async () => {
	t = await startTestService();
	store = await createStore(t.client, { "a.txt": "The ferret hides." });
	await t.client.vectorStores.fileBatches.createAndPoll(store.id, { file_ids: Object.values(store.fileIds) });
	await t.client.responses.create({ model: "any", input: "Who hides?" });
	conversation = (await t.client.conversations.create({ items: [{ role: "user", content: "Hi" }] })).id;
	prompt = (await sendJson(t.url, "POST", "/v1/prompts", { instructions: "Help." })).body.id as string;
	upload = (
		await t.client.uploads.create({
			filename: "a.txt",
			purpose: "assistants",
			bytes: 1,
			mime_type: "text/plain",
		})
	).id;
	await t.client.uploads.parts.create(upload, { data: await toFile(Buffer.from("a"), "blob") });
});
afterAll(() => t.stop());

test("every row belongs to a project", async () => {
	for (const table of [
		"files",
		"documents",
		"vector_stores",
		"indexes",
		"vector_store_files",
		"file_batches",
		"responses",
		"conversations",
		"conversation_items",
		"prompts",
		"prompt_versions",
		"uploads",
		"upload_parts",
	]) {
		const { rows } = await t.service.db.query(`SELECT DISTINCT project_id FROM ${table}`);
		expect(rows, table).toEqual([{ project_id: "default" }]);
	}
});

test("what belongs to another project does not exist", async () => {
	const file = store.fileIds["a.txt"] as string;
	await t.service.db.query("UPDATE files SET project_id = 'other' WHERE id = $1", [file]);
	await expect(t.client.files.retrieve(file)).rejects.toMatchObject({ status: 404 });
	await expect(t.client.files.delete(file)).rejects.toMatchObject({ status: 404 });
	await expect(t.client.vectorStores.create({ file_ids: [file] })).rejects.toMatchObject({ status: 404 });
	expect((await t.client.files.list()).data).toEqual([]);

	await t.service.db.query("UPDATE vector_stores SET project_id = 'other' WHERE id = $1", [store.id]);
	await expect(t.client.vectorStores.retrieve(store.id)).rejects.toMatchObject({ status: 404 });
	await expect(t.client.vectorStores.search(store.id, { query: "ferret" })).rejects.toMatchObject({ status: 404 });
	await expect(t.client.vectorStores.files.list(store.id)).rejects.toMatchObject({ status: 404 });
	await expect(t.client.vectorStores.delete(store.id)).rejects.toMatchObject({ status: 404 });
	expect((await t.client.vectorStores.list()).data).toEqual([]);

	for (const table of ["conversations", "prompts", "uploads"]) {
		await t.service.db.query(`UPDATE ${table} SET project_id = 'other'`);
	}
	const ask = { model: "any", input: "Who hides?" };
	for (const [method, path, body] of [
		["GET", `/v1/conversations/${conversation}`],
		["GET", `/v1/conversations/${conversation}/items`],
		["POST", `/v1/conversations/${conversation}/items`, { items: [{ role: "user", content: "Hi" }] }],
		["POST", `/v1/conversations/${conversation}`, { metadata: {} }],
		["DELETE", `/v1/conversations/${conversation}`],
		["POST", "/v1/responses", { ...ask, conversation }],
		["GET", `/v1/prompts/${prompt}`],
		["GET", `/v1/prompts/${prompt}/versions`],
		["GET", `/v1/prompts/${prompt}/versions/1`],
		["POST", `/v1/prompts/${prompt}/versions`, { instructions: "Help." }],
		["DELETE", `/v1/prompts/${prompt}`],
		["POST", "/v1/responses", { ...ask, prompt: { id: prompt } }],
		["POST", `/v1/uploads/${upload}/complete`, { part_ids: ["part_1"] }],
		["POST", `/v1/uploads/${upload}/cancel`],
	] as [string, string, object?][]) {
		const sent = await (body ? sendJson(t.url, method, path, body) : send(t.url, method, path));
		expect([method, path, sent.status]).toEqual([method, path, 404]);
	}
	expect((await send(t.url, "GET", "/v1/prompts")).body.data).toEqual([]);
});
