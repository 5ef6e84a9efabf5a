import { afterAll, beforeAll, expect, test } from "vitest";
import { countChunks, indexOf } from "../support/index-state.ts";
import { startTestService, type TestService } from "../support/service.ts";
import { createStore } from "../support/upload.ts";

let t: TestService;
beforeAll(async () => {
	t = await startTestService();
});
afterAll(() => t.stop());

test("a removed file's chunks, however many and well they fit, neither come back nor take another's place", async () => {
	const rows = Array.from({ length: 450 }, (_, n) => `${n},comet comet comet`);
	const texts = {
		"many.csv": `number,seen\n${rows.join("\n")}\n`,
		"one.txt":
			"Somebody saw a comet once, on a cold evening long ago, and wrote a few lines about it for those who did not.",
	};
	const chunking_strategy = { type: "rows", rows: { max_rows: 1 } } as never;
	const { id, fileIds } = await createStore(t.client, texts, { chunking_strategy });
	const search = async () => (await t.client.vectorStores.search(id, { query: "comet" })).data;
	expect((await search())[0]?.filename).toBe("many.csv");
	await t.client.vectorStores.files.delete(fileIds["many.csv"] as string, { vector_store_id: id });
	expect((await search()).map((result) => result.filename)).toEqual(["one.txt"]);
	// Not yet swept: it is what is asked here.
	expect((await countChunks(t.service.db, (await indexOf(t.service.db, id)).id)).all).toBeGreaterThan(400);
});

test("what is written while a question is asked takes the place of nothing that can be found", async () => {
	const texts = {
		"written.txt": "A meteor.",
		"there.txt":
			"Somebody saw a meteor once, on a cold evening long ago, and wrote a few lines about it for those who did not.",
	};
	const { id, fileIds } = await createStore(t.client, texts);
	const { db } = t.service;
	const index = await indexOf(db, id);
	const search = async () => (await t.client.vectorStores.search(id, { query: "meteor" })).data;
	expect((await search()).map((result) => result.filename)).toEqual(["written.txt", "there.txt"]);
	// As a search finds them that has counted the chunks of its words, when a batch of a file under way is written.
	await db.query(
		`UPDATE index_files SET building_revision = live_revision, live_revision = NULL WHERE index_id = $1 AND file_id = $2`,
		[index.id, fileIds["written.txt"]],
	);
	await db.query("UPDATE index_terms SET df = 1 WHERE index_id = $1 AND term = 'meteor'", [index.id]);
	expect((await search()).map((result) => result.filename)).toEqual(["there.txt"]);
});
