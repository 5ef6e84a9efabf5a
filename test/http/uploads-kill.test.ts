import { readdir } from "node:fs/promises";
import { request } from "node:http";
import { join } from "node:path";
import OpenAI, { toFile } from "openai";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type CliProcess, startServe } from "../support/cli.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { until } from "../support/until.ts";

/** A server that is killed within an upload's second part, and the same data directory or database again. */
let database: TestDatabase;
let server: CliProcess;
let url: string;
let client: OpenAI;

async function start(): Promise<void> {
	({ process: server, url } = await startServe(database.settings));
	client = new OpenAI({ baseURL: `${url}/v1`, apiKey: "none", maxRetries: 0 });
}

const add = async (uploadId: string, text: string) =>
	(await client.uploads.parts.create(uploadId, { data: await toFile(Buffer.from(text), "blob") })).id;

async function halfWritten(): Promise<string[]> {
	const names = await readdir(join(database.settings.DATA_DIR, "blobs"), { recursive: true }).catch(() => []);
	return names.filter((name) => name.endsWith(".partial"));
}

beforeAll(async () => {
	database = await createTestDatabase();
	await start();
});
afterAll(async () => {
	await server.end("SIGKILL");
	await database.remove();
});

test("parts that were acknowledged outlive a kill, and the upload goes on with the one that was not", async () => {
	const upload = { filename: "a.txt", purpose: "assistants", bytes: 10, mime_type: "text/plain" } as const;
	const { id } = await client.uploads.create(upload);
	const first = await add(id, "first");
	const part = request(`${url}/v1/uploads/${id}/parts`, {
		method: "POST",
		headers: { "content-type": "multipart/form-data; boundary=x", "content-length": "500" },
	});
	part.on("error", () => {});
	part.write('--x\r\nContent-Disposition: form-data; name="data"; filename="blob"\r\n\r\nlast');
	await until("the second part to be half written", async () => (await halfWritten()).length === 1);
	await server.end("SIGKILL");
	await start();

	const second = await add(id, ",last");
	const { file, status } = await client.uploads.complete(id, { part_ids: [first, second] });
	expect(status).toBe("completed");
	expect(await (await client.files.content(file?.id as string)).text()).toBe("first,last");
	// What the dead process had begun is nobody's, and swept an hour later.
	expect(await halfWritten()).toHaveLength(1);
	expect((await client.files.list()).data.map((one) => one.id)).toEqual([file?.id]);
});
