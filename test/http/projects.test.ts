import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestService, type TestService } from "../support/service.ts";
import { createStore } from "../support/upload.ts";

let t: TestService;
let store: Awaited<ReturnType<typeof createStore>>;
beforeAll(async () => {
	t = await startTestService();
	store = await createStore(t.client, { "a.txt": "The ferret hides." });
	await t.client.vectorStores.fileBatches.createAndPoll(store.id, { file_ids: Object.values(store.fileIds) });
	await t.client.responses.create({ model: "any", input: "Who hides?" });
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
});
