/**
 * How long many small files take: `node bench/many-files.ts [COUNT]` (2,000, the most that one batch may have), on the
 * embedded database and, where TEST_DATABASE_URL is set, on that Postgres. Text, CSV and JSON by turns, some 400 bytes
 * each, uploaded eight at a time, attached by one request and polled until all can be searched; then the batch's files
 * are listed, a hundred a page.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import OpenAI, { toFile } from "openai";
import pMap from "p-map";
import { withDatabase } from "./ingest/contenders.ts";
import { startServer } from "./server.ts";
import { printTable } from "./table.ts";

const COUNT = Number(process.argv[2] ?? 2000);
const serverUrl = process.env.TEST_DATABASE_URL;

const rows = [["PGlite", ...(await measure(""))]];
if (serverUrl) rows.push(["Postgres", ...(await withDatabase(serverUrl, measure))]);
console.log(`${COUNT} files, ${cpus().length} cores, Node ${process.version}\n`);
printTable(["engine", "upload s", "attach s", "until searchable s", "files/s", "list s"], rows);

async function measure(databaseUrl: string): Promise<string[]> {
	const directory = mkdtempSync(join(tmpdir(), "excerpt-bench-"));
	const server = await startServer({ DATA_DIR: directory, DATABASE_URL: databaseUrl, PORT: "0", OCR: "off" });
	try {
		const client = new OpenAI({ baseURL: `${server.url}/v1`, apiKey: "none", timeout: 60_000 });
		const store = await client.vectorStores.create({});
		const [upload, file_ids] = await timed(() =>
			pMap(
				Array.from({ length: COUNT }, (_, place) => smallFile(place)),
				async ({ name, text }) =>
					(await client.files.create({ file: await toFile(Buffer.from(text), name), purpose: "assistants" })).id,
				{ concurrency: 8 },
			),
		);
		const [attach, { id }] = await timed(() => client.vectorStores.fileBatches.create(store.id, { file_ids }));
		const [ingest, batch] = await timed(() =>
			client.vectorStores.fileBatches.poll(store.id, id, { pollIntervalMs: 200 }),
		);
		if (batch.file_counts.completed < COUNT) throw new Error(`not all completed: ${JSON.stringify(batch.file_counts)}`);
		const [list, listed] = await timed(() =>
			Array.fromAsync(client.vectorStores.fileBatches.listFiles(id, { vector_store_id: store.id, limit: 100 })),
		);
		if (listed.length !== COUNT) throw new Error(`${listed.length} files were listed`);
		const seconds = attach + ingest;
		return [upload.toFixed(1), attach.toFixed(1), seconds.toFixed(1), (COUNT / seconds).toFixed(0), list.toFixed(1)];
	} finally {
		await server.stop();
		rmSync(directory, { recursive: true, force: true });
	}
}

async function timed<T>(work: () => Promise<T>): Promise<[seconds: number, result: T]> {
	const started = performance.now();
	const result = await work();
	return [(performance.now() - started) / 1000, result];
}

function smallFile(place: number): { name: string; text: string } {
	const towns = Array.from({ length: 10 }, (_, row) => ({
		town: `Town${place}x${row}`,
		people: ((place + row) * 7919) % 100_000,
	}));
	switch (place % 3) {
		case 0:
			return {
				name: `${place}.txt`,
				text: `${towns.map(({ town, people }) => `In ${town} there live ${people} people.`).join("\n")}\n`,
			};
		case 1:
			return {
				name: `${place}.csv`,
				text: `town,people\n${towns.map(({ town, people }) => `${town},${people}\n`).join("")}`,
			};
		default:
			return { name: `${place}.json`, text: JSON.stringify(towns) };
	}
}
