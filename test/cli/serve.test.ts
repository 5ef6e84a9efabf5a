import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import OpenAI from "openai";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { runCli, startCli, startServe } from "../support/cli.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { createStore } from "../support/upload.ts";

const onPostgres = inject("serverUrl") !== "";

let database: TestDatabase;
beforeAll(async () => {
	database = await createTestDatabase();
});
afterAll(() => database.remove());

test("serves until SIGTERM, then ends in order", async () => {
	const { process, url } = await startServe(database.settings);
	try {
		expect(await (await fetch(`${url}/health`)).json()).toEqual({ status: "ok" });
		const lock = join(database.settings.DATA_DIR, "lock.json");
		expect(existsSync(lock)).toBe(!onPostgres);
		expect((await process.end("SIGTERM")).code).toBe(0);
		expect(process.said()).toContain('"msg":"shut down"');
		expect(existsSync(lock)).toBe(false);
	} finally {
		await process.end("SIGKILL");
	}
});

test("a port in use is named, with what to do", async () => {
	const other = createServer();
	await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
	const { port } = other.address() as AddressInfo;
	try {
		const { code, stderr } = await runCli(["serve"], { ...database.settings, PORT: String(port) });
		expect(code).toBe(1);
		expect(stderr).toMatch(new RegExp(`Port ${port} on 127.0.0.1 is in use.*set PORT`));
		expect(stderr).not.toContain("    at ");
	} finally {
		other.close();
	}
});

test("an OPENAI_BASE_URL that is the server's own address is refused", async () => {
	const settings = { ...database.settings, PORT: "18787", OPENAI_BASE_URL: "http://localhost:18787/v1" };
	const { code, stderr } = await runCli(["serve"], settings);
	expect(code).toBe(1);
	expect(stderr).toMatch(/OPENAI_BASE_URL is http:\/\/localhost:18787\/v1, where Excerpt itself listens\. Unset it/);
	expect(stderr).not.toContain("    at ");
});

test.skipIf(onPostgres)("a second server on the directory is refused, and told who is there", async () => {
	const { process, url } = await startServe(database.settings);
	try {
		const { code, stderr } = await runCli(["serve"], { ...database.settings, PORT: "0" });
		expect(code).toBe(1);
		expect(stderr).toContain(`process ${process.pid} holds it and serves at ${url}`);
		expect(stderr).not.toContain("    at ");
		expect((await fetch(`${url}/health`)).status).toBe(200);
	} finally {
		await process.end("SIGKILL");
	}
});

test("an address that others can reach is refused without a key, before anything is opened", async () => {
	const directory = mkdtempSync(join(tmpdir(), "excerpt-host-"));
	const { code, stderr } = await runCli(["serve"], { HOST: "0.0.0.0", DATA_DIR: join(directory, "data") });
	expect(code).toBe(1);
	expect(stderr).toMatch(/0\.0\.0\.0.*API_KEY/);
	expect(existsSync(join(directory, "data"))).toBe(false);
	rmSync(directory, { recursive: true });
});

test("languages whose data is missing are named with how to install it, before anything is opened", async () => {
	const settings = { DATA_DIR: join(database.settings.DATA_DIR, "none"), PORT: "0", OCR: "auto" };
	const { code, stderr } = await runCli(["serve"], { ...settings, OCR_LANGUAGES: "eng+deu+xyz" });
	expect(code).toBe(1);
	expect(stderr).toMatch(/OCR_LANGUAGES names deu, xyz/);
	expect(stderr).toContain("npm install @tesseract.js-data/deu @tesseract.js-data/xyz");
	expect(stderr).not.toMatch(/data\/eng| {4}at /);
	expect(existsSync(settings.DATA_DIR)).toBe(false);
	const { process } = await startServe({ ...database.settings, OCR: "auto" });
	expect((await process.end("SIGTERM")).code).toBe(0);
	const off = await startServe({ ...database.settings, OCR: "off", OCR_LANGUAGES: "xyz" });
	expect((await off.process.end("SIGTERM")).code).toBe(0);
});

test("a worker of its own, and a server without one, explain that they need a database to share", async () => {
	for (const args of [["worker"], ["serve", "--no-worker"]]) {
		const { code, stderr } = await runCli(args, { DATA_DIR: join(database.settings.DATA_DIR, "none"), PORT: "0" });
		expect(code).toBe(1);
		expect(stderr).toMatch(/set DATABASE_URL/);
		expect(stderr).not.toContain("    at ");
	}
});

test("a database that is not there is said to be, without the password", async () => {
	const { code, stderr } = await runCli(["serve"], {
		...database.settings,
		DATABASE_URL: "postgres://user:secret@127.0.0.1:1/db",
		PORT: "0",
	});
	expect(code).toBe(1);
	expect(stderr).toMatch(/^excerpt: The database in DATABASE_URL cannot be used: .*ECONNREFUSED/);
	expect(stderr).not.toMatch(/secret| {4}at /);
});

test.skipIf(!onPostgres)("what a server without a worker takes in, a worker elsewhere ingests", async () => {
	const { process: server, url } = await startServe(database.settings, ["--no-worker"]);
	const client = new OpenAI({ baseURL: `${url}/v1`, apiKey: "none" });
	const creating = createStore(client, { "fox.txt": "The quick brown fox jumps over the lazy dog." });
	const worker = startCli(["worker"], database.settings);
	try {
		await worker.untilSaid(/worker started/);
		const store = await creating;
		const { data } = await client.vectorStores.search(store.id, { query: "fox" });
		expect(data[0]?.filename).toBe("fox.txt");
		expect(worker.said()).toContain("file ingested");
		expect(server.said()).not.toContain("file ingested");
		expect((await worker.end("SIGTERM")).code).toBe(0);
	} finally {
		await worker.end("SIGKILL");
		await server.end("SIGKILL");
	}
});
