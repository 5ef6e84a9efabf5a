import { afterAll, beforeAll, expect, test } from "vitest";
import { runCli } from "../support/cli.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { fixture } from "../support/upload.ts";

let database: TestDatabase;
beforeAll(async () => {
	database = await createTestDatabase();
});
afterAll(() => database.remove());

test("preview shows a file's chunks with their places, and keeps nothing", async () => {
	const shown = await runCli(
		["preview", fixture("demo/sp500-constituents.csv"), "--chunk", "rows:400", "-n", "2"],
		database.settings,
	);
	expect(shown).toMatchObject({ code: 0 });
	expect(shown.stdout).toMatch(/^#1 {2}\d+ tokens, rows 1–\d+$/m);
	expect(shown.stdout).toMatch(/\d+ chunks, \d+ tokens: \d+ to \d+, median \d+, mean [\d.]+/);
	const status = await runCli(["status"], database.settings);
	expect(status.stdout).toContain("No vector store yet");
});

test("preview says of text in an image that it was read by OCR", async () => {
	const shown = await runCli(["preview", fixture("parse/turned.png")], { ...database.settings, OCR: "auto" });
	expect(shown.stdout).toMatch(/^#1 {2}\d+ tokens, read by OCR$/m);
});

test.each([
	[["x.txt", "--chunk", "tiny:3"], /tiny:3.*there are auto, static/],
	[["x.txt", "--chunk", "rows:40"], /max_tokens: .*50/],
	[["x.txt", "--chunk", "page:800/10"], /page takes no overlap/],
	[["x.txt"], /^excerpt: There is no file 'x\.txt'\.$/m],
	[["fixtures"], /There is no file 'fixtures'/],
])("preview refuses %j before it opens anything", async (args, message) => {
	const refused = await runCli(["preview", ...args], database.settings);
	expect(refused.code).not.toBe(0);
	expect(refused.stderr).toMatch(message);
});

test("status tells what failed and why", async () => {
	await runCli(["ingest", fixture("wire/responses-file-search.sse"), "--store", "odd"], database.settings);
	await runCli(["ingest", fixture("parse/password-view.pdf"), "--store", "odd"], database.settings);
	const { stdout } = await runCli(["status", "--store", "odd"], database.settings);
	expect(stdout).toMatch(/^odd \(vs_/);
	expect(stdout).toMatch(/password-view\.pdf: failed: .*password/);
});
