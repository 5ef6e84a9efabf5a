import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { type CliProcess, runCli, startCli, startServe } from "../support/cli.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { startFakeOpenAI } from "../support/fake-openai.ts";

let folder: string;
beforeAll(async () => {
	folder = await mkdtemp(join(tmpdir(), "excerpt-cli-"));
	await mkdir(join(folder, "docs", "deeper"), { recursive: true });
	await writeFile(join(folder, "docs", "returns.txt"), "Returns are accepted within 30 days of delivery.");
	await writeFile(join(folder, "docs", "deeper", "prices.csv"), "item,price\nlamp,40\nchair,85\n");
	await writeFile(join(folder, "docs", ".hidden"), "Nobody reads this.");
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe("with a server on the data directory", () => {
	let database: TestDatabase;
	let server: CliProcess;
	let settings: Record<string, string>;
	beforeAll(async () => {
		database = await createTestDatabase();
		settings = { ...database.settings, API_KEY: "key-for-tests" };
		server = (await startServe(settings)).process;
		const { code, stdout, stderr } = await runCli(["ingest", join(folder, "docs"), "--store", "shop"], settings);
		expect([code, stdout], stderr).toEqual([0, "shop: 2 ingested, 0 unchanged, 0 failed.\n"]);
		expect(stderr).toContain("Ingesting: 2/2 files");
	});
	afterAll(async () => {
		await server.end("SIGTERM");
		await database.remove();
	});

	test("a folder ingested again is unchanged, by whatever way it is named", async () => {
		const paths = [`${folder}/docs/./deeper/../`, `${folder}/docs//deeper/prices.csv`];
		const { code, stdout } = await runCli(["ingest", ...paths, "--store", "shop"], settings);
		expect([code, stdout]).toEqual([0, "shop: 0 ingested, 3 unchanged, 0 failed.\n"]);
	});

	test("ask prints the answer, its citation, its receipt and how to go on", async () => {
		const { code, stdout } = await runCli(["ask", "How many days are returns accepted?", "--store", "shop"], settings);
		expect(code).toBe(0);
		expect(stdout).toMatch(/30 days of delivery\. ?\[1\]/);
		expect(stdout).toMatch(/\[1\] returns\.txt: “Returns are accepted within 30 days of delivery\.”/);
		expect(stdout).toMatch(/receipt: [\d,]+ tokens sent \(whole files: \d+, [\d.]+ %\).* by extractive/);
		const previous = stdout.match(/--previous (resp_\w+)/)?.[1] as string;
		const next = await runCli(["ask", "And the price of a lamp?", "-s", "shop", "-p", previous], settings);
		expect(next.code).toBe(0);
		expect(next.stdout).toMatch(/\[1\] prices\.csv, row 1: “item: lamp; price: 40”/);
	});

	test("ask --json prints the response object and nothing else", async () => {
		const { stdout } = await runCli(["ask", "What does a chair cost?", "--store", "shop", "--json"], settings);
		const response = JSON.parse(stdout);
		expect(response).toMatchObject({ object: "response", status: "completed", receipt: expect.any(Object) });
		expect(response.output.at(-1).content[0].annotations[0]).toMatchObject({
			filename: "prices.csv",
			location: { row_start: 2 },
		});
	});

	test("search prints passages with score and place", async () => {
		const { code, stdout } = await runCli(["search", "lamp", "--store", "shop"], settings);
		expect(code).toBe(0);
		expect(stdout).toMatch(/^0\.\d{4} {2}prices\.csv, rows 1–2\n {8}item: lamp; price: 40/);
		const json = await runCli(["search", "lamp", "--store", "shop", "--json", "-n", "1"], settings);
		expect(JSON.parse(json.stdout)).toMatchObject([{ filename: "prices.csv", location: { row_start: 1, row_end: 2 } }]);
	});

	test("search explains its scores where asked to", async () => {
		const { code, stdout } = await runCli(["search", "lamp", "--store", "shop", "--explain"], settings);
		expect(code).toBe(0);
		expect(stdout).toMatch(/^\s+lexical 0\.\d\d = lamp 0\.\d\d.*; fused 0\.\d\d$/m);
	});

	test("search says so when nothing is found", async () => {
		const { code, stdout } = await runCli(["search", "xylophone", "--store", "shop"], settings);
		expect([code, stdout]).toEqual([0, "No passage holds any of these words.\n"]);
	});

	test("a store that does not exist is named, with those that do", async () => {
		const { code, stderr } = await runCli(["ask", "Anything?", "--store", "shoop"], settings);
		expect(code).toBe(1);
		expect(stderr).toMatch(/No vector store is called 'shoop'\. There are: shop\. 'excerpt ingest/);
	});

	test("a path that does not exist is named, and nothing is uploaded", async () => {
		const { code, stderr } = await runCli(
			["ingest", join(folder, "docs"), join(folder, "nowhere"), "-s", "other"],
			settings,
		);
		expect(code).toBe(1);
		expect(stderr).toContain(`There is no file or folder '${join(folder, "nowhere")}'`);
		const search = await runCli(["search", "lamp", "-s", "other"], settings);
		expect(search.stdout).not.toContain("prices.csv");
	});

	test("a file that cannot be read ends the command with 1 and the reason; the others are ingested", async () => {
		await writeFile(join(folder, "bad.json"), '{"a": }');
		const alone = await runCli(["ingest", join(folder, "bad.json"), "--store", "mixed"], settings);
		expect(alone.code).toBe(1);
		expect(alone.stderr).toMatch(/bad\.json: bad\.json is not valid JSON: line 1, column 7/);
		const both = await runCli(
			["ingest", join(folder, "bad.json"), join(folder, "docs", "returns.txt"), "-s", "mixed"],
			settings,
		);
		expect([both.code, both.stdout]).toEqual([1, "mixed: 1 ingested, 0 unchanged, 1 failed.\n"]);
		expect(both.stderr).not.toContain("    at ");
	});

	test.each([
		["search", "lamp", "--store", "shop", "--limit", "many"],
		["search", "lamp", "--store", "shop", "--limit", "51"],
		["ask", "And?", "--store", "shop", "--previous", "resp_none"],
	])("what the server refuses is told without a stack: %s %s %s %s %s %s", async (...args) => {
		const { code, stderr } = await runCli(args, settings);
		expect(code).toBe(1);
		expect(stderr).toMatch(/^excerpt: .*(limit|max_num_results|resp_none)/);
		expect(stderr).not.toContain("    at ");
	});

	test.skipIf(inject("serverUrl"))("a wrong key is told to the server's client as what it is", async () => {
		const { code, stderr } = await runCli(["search", "lamp", "--store", "shop"], {
			...settings,
			API_KEY: "key-that-is-wrong",
		});
		expect(code).toBe(1);
		expect(stderr).toMatch(/^excerpt: 401 /);
		expect(stderr).not.toContain("    at ");
	});
});

describe("without a server", () => {
	test("ingest tells what a file waits for, once, and why another failed, without the log's lines", async () => {
		const database = await createTestDatabase();
		const fake = await startFakeOpenAI();
		await writeFile(join(folder, "broken.json"), '{"a": }');
		const paths = [join(folder, "docs"), join(folder, "broken.json")];
		fake.setDown(true);
		const ingesting = startCli(["ingest", ...paths], {
			...database.settings,
			OPENAI_BASE_URL: fake.url,
			EMBEDDING_MODEL: "fake-embedding",
		});
		try {
			await ingesting.untilSaid(/(returns\.txt|prices\.csv): waiting: .*(embedding|127\.0\.0\.1)/);
			fake.setDown(false);
			const { code, stdout, stderr } = await ingesting.ended;
			expect([code, stdout], stderr).toEqual([1, "documents: 2 ingested, 0 unchanged, 1 failed.\n"]);
			expect(stderr.match(/^[\w.]+: waiting: /gm)).toHaveLength(1);
			expect(stderr).toMatch(/broken\.json: broken\.json is not valid JSON/);
			expect(stderr).not.toMatch(/"level"/);
		} finally {
			await ingesting.end("SIGKILL");
			await fake.stop();
			await database.remove();
		}
	});

	test("ingest that Ctrl-C ended goes on when it is run again", async () => {
		const database = await createTestDatabase();
		const fake = await startFakeOpenAI();
		const settings = { ...database.settings, OPENAI_BASE_URL: fake.url, EMBEDDING_MODEL: "fake-embedding" };
		const args = ["ingest", join(folder, "docs", "returns.txt")];
		fake.setDown(true);
		const ingesting = startCli(args, settings);
		let again: CliProcess | undefined;
		try {
			await ingesting.untilSaid(/: waiting: /);
			const { code, stderr } = await ingesting.end("SIGINT");
			expect([code, stderr]).toEqual([130, expect.stringContaining("Stopped with 1 files to go")]);
			again = startCli(args, settings);
			await again.untilSaid(/: waiting: /);
			fake.setDown(false);
			const { code: last, stdout } = await again.ended;
			expect([last, stdout]).toEqual([0, "documents: 1 ingested, 0 unchanged, 0 failed.\n"]);
		} finally {
			await ingesting.end("SIGKILL");
			await again?.end("SIGKILL");
			await fake.stop();
			await database.remove();
		}
	});

	test("commands open the database themselves, and leave it free", async () => {
		const database = await createTestDatabase();
		try {
			const ingested = await runCli(["ingest", join(folder, "docs", "returns.txt")], database.settings);
			expect([ingested.code, ingested.stdout], ingested.stderr).toEqual([
				0,
				"documents: 1 ingested, 0 unchanged, 0 failed.\n",
			]);
			expect(existsSync(join(database.settings.DATA_DIR, "lock.json"))).toBe(false);
			const asked = await runCli(["ask", "How many days are returns accepted?"], database.settings);
			expect(asked.code).toBe(0);
			expect(asked.stdout).toContain("30 days");
			const migrated = await runCli(["migrate"], database.settings);
			expect(migrated.code).toBe(0);
			expect(migrated.stdout).toMatch(
				/^\d{4}-\d\d-\d\dT\S+Z {2}000001-main-tables\.sql\n(.*\n)*The schema is up to date\.\n$/,
			);
		} finally {
			await database.remove();
		}
	});
});
