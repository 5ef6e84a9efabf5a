import { setTimeout } from "node:timers/promises";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { believedRows, type ChunkTable } from "../../src/store/planner-statistics.ts";
import { hurrySettling, type IndexState, indexOf, untilSettled } from "../support/index-state.ts";
import { build, find, indexNumberOf } from "../support/indexes.ts";
import { startTestService, type TestService } from "../support/service.ts";
import { until } from "../support/until.ts";
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

/** The index of a new store whose rows are all written. */
async function unsettledIndex(name: string): Promise<IndexState> {
	const { id } = await createStore(t.client, { "a.csv": table(name) }, ONE_ROW);
	return indexOf(t.service.db, id);
}

/** Holds the lock that VACUUM takes, until it is let go of. */
async function lockLikeVacuum(table: ChunkTable): Promise<() => Promise<void>> {
	const taken = Promise.withResolvers<void>();
	const released = Promise.withResolvers<void>();
	const held = t.service.db.transaction(async (tx) => {
		await tx.query(`LOCK TABLE ${table} IN SHARE UPDATE EXCLUSIVE MODE`);
		taken.resolve();
		await released.promise;
	});
	await Promise.race([taken.promise, held]);
	return () => {
		released.resolve();
		return held;
	};
}

async function untilSettling(indexId: number): Promise<void> {
	await until(`a job that settles index ${indexId}`, async () => {
		await hurrySettling(t.service.db);
		const { rowCount } = await t.service.db.query(
			"SELECT FROM pgboss.job WHERE name = 'settle-index' AND singleton_key = $1 AND state >= 'active'",
			[String(indexId)],
		);
		return rowCount === 1;
	});
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
	const index = await unsettledIndex("c");
	await untilSettled(t.service.db, index.id);
	await expectKnown(index.id);
});

test.runIf(onPostgres)("a table that Postgres is just vacuuming is looked at a moment later", async () => {
	await knownStore("d");
	const release = await lockLikeVacuum("chunks");
	const index = await unsettledIndex("e");
	try {
		await untilSettling(index.id);
		// Long enough to find the table locked at least once.
		await setTimeout(700);
	} finally {
		await release();
	}
	await untilSettled(t.service.db, index.id);
	await expectKnown(index.id);
});

test.runIf(onPostgres)("an index settles though a table stays locked", async () => {
	await knownStore("f");
	const release = await lockLikeVacuum("chunks");
	try {
		const index = await unsettledIndex("g");
		await untilSettled(t.service.db, index.id);
		expect(await believedRows(t.service.db, "chunks", index.id)).toBeLessThan(ROWS / 10);
		expect(await believedRows(t.service.db, "chunk_terms", index.id)).toBeGreaterThan(ROWS / 10);
	} finally {
		await release();
	}
});
