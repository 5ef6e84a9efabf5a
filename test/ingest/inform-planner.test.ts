import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { believedRows } from "../../src/store/planner-statistics.ts";
import { indexOf, untilSettled } from "../support/index-state.ts";
import { build, find, indexNumberOf } from "../support/indexes.ts";
import { startTestService, type TestService } from "../support/service.ts";
import { createStore } from "../support/upload.ts";

/** Postgres plans by statistics that it makes now and then; an index that it does not know of is read the wrong way. */
const onPostgres = Boolean(inject("serverUrl"));

let t: TestService;
beforeAll(async () => {
	if (onPostgres) t = await startTestService();
});
afterAll(() => t?.stop());

const ROWS = 1_500;
const table = (name: string) =>
	`bird,seen\n${Array.from({ length: ROWS }, (_, i) => `heron ${name}${i},${i}`).join("\n")}\n`;
const ONE_ROW = { chunking_strategy: { type: "rows", rows: { max_rows: 1 } } } as never;

/** A store of which Postgres knows all, and of nothing else. */
async function knownStore(name: string): Promise<string> {
	const { id } = await createStore(t.client, { "a.csv": table(name) }, ONE_ROW);
	await untilSettled(t.service.db, (await indexOf(t.service.db, id)).id);
	await t.service.db.query("ANALYZE");
	return id;
}

async function expectKnown(indexId: number): Promise<void> {
	for (const table of ["chunks", "chunk_terms"] as const) {
		expect(await believedRows(t.service.db, table, indexId)).toBeGreaterThan(ROWS / 10);
	}
}

test.runIf(onPostgres)("an index that was built is known to the planner when the first question comes", async () => {
	const id = await knownStore("a");
	await build(t.client, id, {});
	const [found] = await find(t.client, id, "heron a7");
	await expectKnown(indexNumberOf(found as never));
});

test.runIf(onPostgres)("so is that of another store, once it has settled", async () => {
	await knownStore("b");
	const { id } = await createStore(t.client, { "c.csv": table("c") }, ONE_ROW);
	const index = await indexOf(t.service.db, id);
	await untilSettled(t.service.db, index.id);
	await expectKnown(index.id);
});
