import { afterAll, beforeAll, expect, test } from "vitest";
import { settle } from "../../ingest/settle.ts";
import { indexOf, untilSettled, wronglyWeighed } from "../support/index-state.ts";
import { startTestService, type TestService } from "../support/service.ts";
import { createStore, untilEnded, uploadText } from "../support/upload.ts";

let t: TestService;
let storeId: string;
let indexId: number;
beforeAll(async () => {
	t = await startTestService();
	const rows = Array.from({ length: 700 }, (_, i) => `City${i},${"many ".repeat(i % 7)}people`);
	const store = await createStore(
		t.client,
		{ "cities.csv": `city,people\n${rows.join("\n")}\n` },
		{ chunking_strategy: { type: "rows", rows: { max_rows: 1 } } as never },
	);
	storeId = store.id;
	indexId = (await indexOf(t.service.db, storeId)).id;
	await untilSettled(t.service.db, indexId);
});
afterAll(() => t.stop());

test("weights that were computed with a far average are computed anew, and a stopped worker's successor goes on", async () => {
	const { db } = t.service;
	const { length_total, chunk_count } = await indexOf(db, storeId);
	await db.query("UPDATE indexes SET weighed_at = weighed_at * 3 WHERE id = $1", [indexId]);
	expect(await wronglyWeighed(db, indexId)).toBe(700);

	await settle(db, indexId, AbortSignal.abort());
	expect((await indexOf(db, storeId)).reweighed_to).toBe(0);
	const fileId = await uploadText(t.client, "more.txt", "A town of many people.");
	await t.client.vectorStores.files.create(storeId, { file_id: fileId });
	await untilEnded(t.client, storeId, fileId);

	await settle(db, indexId, AbortSignal.timeout(10_000));
	const settled = await indexOf(db, storeId);
	expect(settled.reweighed_to).toBeNull();
	expect(settled.weighed_at).toBeCloseTo(length_total / chunk_count, 3);
	expect(await wronglyWeighed(db, indexId)).toBe(0);
});

test("an average that has hardly moved is left alone", async () => {
	const { db } = t.service;
	await untilSettled(db, indexId);
	await db.query("UPDATE indexes SET weighed_at = $2 WHERE id = $1", [
		indexId,
		(await indexOf(db, storeId)).length_total / 701 / 1.004,
	]);
	const before = await indexOf(db, storeId);
	await settle(db, indexId, AbortSignal.timeout(10_000));
	expect(await indexOf(db, storeId)).toEqual(before);
});
