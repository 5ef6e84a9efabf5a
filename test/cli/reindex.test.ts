import OpenAI from "openai";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type CliProcess, runCli, startCli, startServe } from "../support/cli.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { type FakeOpenAI, startFakeOpenAI } from "../support/fake-openai.ts";
import { indexNumberOf, listIndexes } from "../support/indexes.ts";
import { until } from "../support/until.ts";
import { createStore } from "../support/upload.ts";

let fake: FakeOpenAI;
let database: TestDatabase;
let server: CliProcess;
let client: OpenAI;
let settings: Record<string, string>;
beforeAll(async () => {
	fake = await startFakeOpenAI();
	database = await createTestDatabase();
	settings = { ...database.settings, OPENAI_BASE_URL: fake.url, EMBEDDING_MODEL: "fake-embedding", LOG_LEVEL: "info" };
	const started = await startServe(settings);
	server = started.process;
	client = new OpenAI({ baseURL: `${started.url}/v1`, apiKey: "none", maxRetries: 0 });
});
beforeEach(() => fake.setPaused(false));
afterAll(async () => {
	fake.setPaused(false);
	await server.end("SIGTERM");
	await fake.stop();
	await database.remove();
});

let stores = 0;
async function makeStore(): Promise<{ name: string; id: string }> {
	const name = `birds-${++stores}`;
	const text = Array.from({ length: 60 }, (_, i) => `Sentence ${i} of ${name} tells of heron ${(i * 37) % 101}.`);
	const { id } = await createStore(client, { "a.txt": text.join(" ") }, { name });
	return { name, id };
}
const statuses = async (id: string) => (await listIndexes(client, id)).map(({ status }) => status);

test("reindex says what it takes, builds, and tells how far it is", async () => {
	const { name, id } = await makeStore();
	const args = ["reindex", name, "--chunk", "structure", "--max-tokens", "60", "--overlap", "0", "--yes"];
	const { code, stdout, stderr } = await runCli(args, settings);
	expect(code).toBe(0);
	const [active] = await listIndexes(client, id);
	expect(active).toMatchObject({
		status: "active",
		settings: { chunking_strategy: { type: "structure", structure: { max_tokens: 60, overlap_tokens: 0 } } },
	});
	expect(stdout).toMatch(new RegExp(`^chunks +${active?.counts.chunks}$`, "m"));
	expect(stdout).toMatch(/^tokens to embed +[\d,]+, price not known$/m);
	expect(stdout).toMatch(/^vectors reused +\d+$/m);
	expect(stdout).toMatch(/^time +about \d+ s$/m);
	expect(stdout).toContain(`${active?.id} is active: ${active?.counts.chunks} chunks of 1 files.`);
	expect(stderr).toMatch(/^Building: 100 % \(done\)$/m);
});

test("a dry run and an unanswered question build nothing", async () => {
	const { name, id } = await makeStore();
	const dry = await runCli(["reindex", name, "--chunk", "static:800/400", "--dry-run"], settings);
	expect(dry).toMatchObject({ code: 0, stdout: expect.stringMatching(/^chunks/) });
	const unanswered = await runCli(["reindex", name, "--chunk", "static:800/400"], settings);
	expect(unanswered).toMatchObject({ code: 1, stderr: expect.stringMatching(/add --yes/) });
	expect(await statuses(id)).toEqual(["active"]);
});

test("--activate manual leaves it ready to be looked at, --use lets it answer, and --rollback goes back", async () => {
	const { name, id } = await makeStore();
	const { stdout } = await runCli(["reindex", name, "--chunk", "sentence:50", "--activate", "manual", "-y"], settings);
	expect(await statuses(id)).toEqual(["ready", "active"]);
	const [ready] = await listIndexes(client, id);
	expect(stdout).toContain(`'excerpt reindex ${name} --use ${ready?.id}' lets it answer.`);
	const search = async (...args: string[]) => {
		const found = await runCli(["search", "heron", "--store", name, "--json", ...args], settings);
		return indexNumberOf(JSON.parse(found.stdout)[0]);
	};
	const former = await search();
	const named = await search("--index", ready?.id as string);
	expect(named).not.toBe(former);
	const refused = await runCli(["reindex", name, "--rollback"], settings);
	expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining("no former index") });
	expect(await runCli(["reindex", name, "--use", ready?.id as string], settings)).toMatchObject({ code: 0 });
	expect(await search()).toBe(named);
	expect(await runCli(["reindex", name, "--rollback"], settings)).toMatchObject({ code: 0 });
	expect(await statuses(id)).toEqual(["retired", "active"]);
	expect(await search()).toBe(former);
});

test("a build that fails ends the command with its reason", async () => {
	const { name } = await makeStore();
	fake.failNext("/embeddings", { kind: "status", status: 400, message: "no such model" });
	const { code, stderr } = await runCli(["reindex", name, "--embedding-model", "odd", "--yes"], settings);
	expect(code).toBe(1);
	expect(stderr).toMatch(/^excerpt: The index vsx_\w+ is failed: .*no such model/m);
});

test("without a server the command builds by itself", async () => {
	const own = await createTestDatabase();
	try {
		const { pathname } = new URL("../../fixtures/demo/sp500-constituents.csv", import.meta.url);
		await runCli(["ingest", pathname, "--store", "shares"], own.settings);
		const { code, stdout } = await runCli(["reindex", "shares", "--chunk", "rows:60", "--yes"], own.settings);
		expect(code).toBe(0);
		expect(stdout).toMatch(/^tokens to embed +0, \$0\.0000$/m);
		expect(stdout).toMatch(/is active: \d+ chunks of 1 files\.$/m);
	} finally {
		await own.remove();
	}
});

test.each([
	[["--max-tokens", "300"], /need --chunk/],
	[["--chunk", "structure:300/0", "--overlap", "10"], /give sizes once/],
	[["--chunk", "tiny"], /option '--chunk tiny': there are auto, static/],
	[["--chunk", "structure", "--max-tokens", "5"], /max_tokens: .*50/],
	[["--chunk", "auto", "--max-tokens", "50"], /auto takes no sizes/],
	[["--chunk", "page", "--overlap", "10"], /page takes no overlap/],
	[["--keep", "x"], /option '--keep <number>'.*whole number/],
])("reindex refuses %j before it opens anything", async (args, message) => {
	const refused = await runCli(["reindex", "birds", ...args], settings);
	expect(refused).toMatchObject({ code: 1, stderr: expect.stringMatching(message) });
});

test("whoever stops watching does not stop the build", async () => {
	const { name, id } = await makeStore();
	fake.setPaused(true);
	const watching = startCli(["reindex", name, "--chunk", "sentence:50", "--yes"], settings);
	await until("the build to begin", async () => (await statuses(id))[0] === "building");
	expect((await watching.end("SIGINT")).stdout).toContain("goes on with it");
	fake.setPaused(false);
	await until("it to be active", async () => (await statuses(id))[0] === "active");
});
