import { existsSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { runCli } from "../support/cli.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { startFakeOpenAI } from "../support/fake-openai.ts";

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

test("a model that refuses ends the demo with the reason, and leaves the database free", async () => {
	const fake = await startFakeOpenAI();
	// The command's own client asks three times.
	for (let i = 0; i < 3; i++)
		fake.failNext("/chat/completions", { kind: "status", status: 400, message: "no such model" });
	try {
		const result = await runCli(["demo", "--exit"], { ...database.settings, OPENAI_BASE_URL: fake.url });
		expect(result).toMatchObject({ code: 1, signal: null });
		expect(result.stderr).toMatch(/excerpt: .*no such model/);
		expect(existsSync(join(database.settings.DATA_DIR, "lock.json"))).toBe(false);
	} finally {
		await fake.stop();
	}
});
