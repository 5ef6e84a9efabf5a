import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import OpenAI from "openai";
import { expect, test } from "vitest";
import { startCli, startServe } from "../support/cli.ts";
import { createTestDatabase } from "../support/database.ts";

test("ingest --watch ingests what is added or changed, in place of what it was, until Ctrl-C", async () => {
	const folder = await mkdtemp(join(tmpdir(), "excerpt-watch-"));
	await writeFile(join(folder, "a.txt"), "The lighthouse is red.");
	const database = await createTestDatabase();
	const { process: server, url } = await startServe(database.settings);
	const client = new OpenAI({ baseURL: `${url}/v1`, apiKey: "none" });
	const watching = startCli(["ingest", folder, "--store", "watched", "--watch"], database.settings);
	try {
		await watching.untilSaid(/watched: 1 ingested, 0 unchanged, 0 failed\.\nWatching for changes; Ctrl-C ends\./);
		const store = (await client.vectorStores.list()).data[0]?.id as string;
		const found = async (query: string) =>
			(await client.vectorStores.search(store, { query })).data.map(({ content }) => content[0]?.text);

		await mkdir(join(folder, "deeper"));
		await writeFile(join(folder, "deeper", "b.txt"), "The harbour is deep.");
		await writeFile(join(folder, "c.json"), '{"ferry": ');
		await watching.untilSaid(/deeper\/b\.txt: ingested\n/);
		await watching.untilSaid(/c\.json: c\.json is not valid JSON/);
		expect(await found("harbour")).toEqual(["The harbour is deep."]);

		await writeFile(join(folder, "a.txt"), "The lighthouse was painted white.");
		await writeFile(join(folder, "c.json"), '{"ferry": "leaves at noon"}');
		await watching.untilSaid(/a\.txt: ingested again\n/);
		await watching.untilSaid(/c\.json: ingested again\n/);
		expect(await found("lighthouse")).toEqual(["The lighthouse was painted white."]);
		expect(await found("ferry")).toHaveLength(1);
		const { file_counts } = await client.vectorStores.retrieve(store);
		expect(file_counts).toMatchObject({ completed: 3, total: 3 });
		expect((await client.files.list()).data.map(({ filename }) => filename).sort()).toEqual([
			"a.txt",
			"b.txt",
			"c.json",
		]);

		const { code, signal } = await watching.end("SIGINT");
		expect([code, signal]).toEqual([0, null]);
		expect(watching.said()).not.toContain("    at ");
	} finally {
		await watching.end("SIGKILL");
		await server.end("SIGKILL");
		await database.remove();
		await rm(folder, { recursive: true, force: true });
	}
});
