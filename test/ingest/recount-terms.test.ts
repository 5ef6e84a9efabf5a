import { afterAll, beforeAll, expect, test } from "vitest";
import type { Handle } from "../../src/db/handle.ts";
import { recountTerms } from "../../src/store/index-terms.ts";
import { indexOf, untilSettled } from "../support/index-state.ts";
import { build, find, indexNumberOf } from "../support/indexes.ts";
import { startTestService, type TestService } from "../support/service.ts";
import { createStore } from "../support/upload.ts";

let t: TestService;
beforeAll(async () => {
	t = await startTestService();
});
afterAll(() => t.stop());

const ROWS = 1_500;
const TABLE = `bird,seen\n${Array.from({ length: ROWS }, (_, i) => `heron h${i},${i}`).join("\n")}\n`;
const ONE_ROW = { type: "rows", rows: { max_rows: 1 } };

type Plan = { "Node Type": string; Plans?: Plan[] };

/** A handle whose updates are planned and not done, and the plans. */
function planned(tx: Handle): { handle: Handle; plans: Plan[] } {
	const plans: Plan[] = [];
	const query = async (text: string, values?: unknown[]) => {
		if (!/^\s*UPDATE/.test(text)) return tx.query(text, values);
		const explained = await tx.query<{ "QUERY PLAN": [{ Plan: Plan }] }>(`EXPLAIN (FORMAT JSON) ${text}`, values);
		plans.push(...explained.rows.map((row) => row["QUERY PLAN"][0].Plan));
		return explained;
	};
	return { handle: { ...tx, query } as Handle, plans };
}

function nodesOf({ "Node Type": type, Plans = [] }: Plan): string[] {
	return [type, ...Plans.flatMap(nodesOf)];
}

/** An index that came after Postgres had looked at the tables, which it then takes to hold none of its terms. */
async function unknownIndex(): Promise<number> {
	const { db } = t.service;
	const { id } = await createStore(t.client, { "a.csv": TABLE }, { chunking_strategy: ONE_ROW as never });
	await untilSettled(db, (await indexOf(db, id)).id);
	await db.query("ANALYZE");
	await build(t.client, id, {});
	return indexNumberOf((await find(t.client, id, "heron h7"))[0] as never);
}

test("the terms of an index that the planner does not know are counted in one pass, not each by all", async () => {
	const index = await unknownIndex();
	const plans = await t.service.db.transaction(async (tx) => {
		const { handle, plans } = planned(tx);
		await recountTerms(handle, index);
		return plans;
	});
	expect(plans).toHaveLength(1);
	const nodes = plans.flatMap(nodesOf);
	expect(nodes).toContain("Function Scan");
	expect(nodes).not.toContain("Nested Loop");
	// Two joins: of the terms with what was found, and of both with the rows to change.
	expect(nodes.filter((type) => type === "Hash Join" || type === "Merge Join")).toHaveLength(2);
});
