import { afterAll, beforeAll, expect, test } from "vitest";
import { runCli } from "../support/cli.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";

let database: TestDatabase;
beforeAll(async () => {
	database = await createTestDatabase();
});
afterAll(() => database.remove());

test("the demo ingests five documents once, and answers from a page, a row, a JSON pointer and a text", async () => {
	const first = await runCli(["demo", "--exit"], database.settings);
	expect(first).toMatchObject({ code: 0, signal: null });
	expect(first.stdout).toContain("demo: 5 ingested, 0 unchanged, 0 failed.");
	for (const citation of [
		/\[1\] FAA-2020-0686-737MAX-proposed-AD\.pdf, pages? \d+.*: “.+”/,
		/\[\d\] sp500-constituents\.csv, row \d+: “.+”/,
		/\[\d\] us-congress-committees\.json, \/\d+\S*: “.+”/,
		/\[\d\] rfc4180\.txt.*: “.+”/,
		/receipt: [\d,]+ tokens sent \(whole files: [\d,]+, \d\.\d %\)/,
	]) {
		expect(first.stdout).toMatch(citation);
	}
	const again = await runCli(["demo", "--exit"], database.settings);
	expect(again).toMatchObject({ code: 0, signal: null });
	expect(again.stdout).toContain("demo: 0 ingested, 5 unchanged, 0 failed.");
});
