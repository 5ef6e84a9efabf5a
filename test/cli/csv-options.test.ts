import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import iconv from "iconv-lite";
import OpenAI from "openai";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type CliProcess, runCli, startServe } from "../support/cli.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";

let database: TestDatabase;
let server: CliProcess;
let client: OpenAI;
let folder: string;
beforeAll(async () => {
	folder = await mkdtemp(join(tmpdir(), "excerpt-csv-"));
	// Detected as divided by commas, with a header: both wrong.
	await writeFile(join(folder, "a.csv"), "lamp, small;red, pale\nchair, oak;brown, dark\ntable, oak;brown, light\n");
	await writeFile(join(folder, "b.txt"), "A text; with a semicolon.");
	database = await createTestDatabase();
	const started = await startServe(database.settings);
	server = started.process;
	client = new OpenAI({ baseURL: `${started.url}/v1`, apiKey: "none" });
});
afterAll(async () => {
	await server.end("SIGTERM");
	await database.remove();
	await rm(folder, { recursive: true, force: true });
});

const ingest = (...flags: string[]) => runCli(["ingest", folder, ...flags], database.settings);

async function filesOf(name: string) {
	const store = (await client.vectorStores.list()).data.find((candidate) => candidate.name === name);
	const { data } = await client.vectorStores.files.list(store?.id as string);
	const texts = await Promise.all(
		data.map(async ({ id }) => {
			const content = await client.vectorStores.files.content(id, { vector_store_id: store?.id as string });
			return content.data.map((part) => part.text).join("");
		}),
	);
	return { ids: data.map(({ id }) => id), texts: texts.sort() };
}

test("ingest reads CSV files as its flags say, and replaces them when the flags are others", async () => {
	const detected = await ingest();
	expect([detected.code, detected.stdout], detected.stderr).toEqual([
		0,
		"documents: 2 ingested, 0 unchanged, 0 failed.\n",
	]);
	const before = await filesOf("documents");
	expect(before.texts).toEqual(["A text; with a semicolon.", expect.stringMatching(/^lamp: chair; small;red: /)]);

	const flags = ["--csv-delimiter", "semicolon", "--no-csv-header"];
	expect((await ingest(...flags)).stdout).toBe("documents: 1 ingested, 1 unchanged, 0 failed.\n");
	const after = await filesOf("documents");
	expect(after.texts).toEqual([
		"A text; with a semicolon.",
		expect.stringMatching(/^column 1: lamp, small; column 2: red, pale\ncolumn 1: chair/),
	]);
	expect((await client.files.list()).data.map(({ id }) => id).sort()).toEqual(after.ids.sort());
	expect(before.ids.filter((id) => after.ids.includes(id))).toHaveLength(1);

	expect((await ingest(...flags)).stdout).toBe("documents: 0 ingested, 2 unchanged, 0 failed.\n");
});

test("a file that is replaced in one store stays whole where another has it", async () => {
	await ingest("--store", "one");
	const [id] = (await filesOf("one")).ids as [string];
	const other = await client.vectorStores.create({ file_ids: (await filesOf("one")).ids });
	await ingest("--store", "one", "--csv-delimiter", ";");
	expect((await filesOf("one")).texts[1]).toMatch(/^lamp, small: chair, oak; red, pale: brown, dark\n/);
	expect((await client.vectorStores.retrieve(other.id)).file_counts.total).toBe(2);
	expect(await client.files.retrieve(id)).toMatchObject({ id });
});

test("preview reads a CSV file as its flags say", async () => {
	const path = join(folder, "c.csv");
	await writeFile(path, iconv.encode("ランプ;40\n椅子;85\n", "shift_jis"));
	try {
		const flags = ["--csv-delimiter", ";", "--no-csv-header", "--csv-encoding", "shift_jis"];
		const { stdout } = await runCli(["preview", path, ...flags], database.settings);
		expect(stdout).toContain("column 1: ランプ; column 2: 40");
		const named = await runCli(["preview", path, "--csv-header", "--csv-encoding", "shift_jis"], database.settings);
		expect(named.stdout).toContain("ランプ: 椅子; 40: 85");
	} finally {
		await rm(path);
	}
});

test.for([
	["--csv-delimiter", "ab"],
	["--csv-delimiter", '"'],
	["--csv-encoding", "klingon"],
])("%s %s is refused before anything is uploaded", async ([flag, value]) => {
	for (const command of ["ingest", "preview"]) {
		const { code, stderr } = await runCli([command, join(folder, "a.csv"), flag as string, value as string]);
		expect(code).toBe(1);
		expect(stderr).toMatch(/error: option '--csv-.* is invalid\. (must be one character|no encoding of that name)/);
	}
});
