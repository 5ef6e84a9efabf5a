/**
 * What re-indexing takes and what whoever asks meanwhile notices of it: `npm run bench:reindex`, on the Postgres of
 * TEST_DATABASE_URL. A store is filled, built anew in several ways, asked while it is, and at last removed and uploaded
 * again, as is done where there is no re-index. Client, server, stub embedder and Postgres share the machine.
 *
 *   CHUNKS=50000          chunks of the store
 *   CLIENTS=10            clients that ask all the time
 *   SECONDS=30            for so long they are measured before a build and after it
 *   STEPS=…               some of words,reused,new,clients,again
 *   DATA=../shared/data   where nq_oracle is, whose passages are multiplied (bench/search/corpus.ts)
 */
import { mkdtempSync, rmSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { withDatabase } from "./ingest/contenders.ts";
import { ASKED_HEAD, type Asked, askedCells, startAskers } from "./reindex/askers.ts";
import { type Built, chunksPerCore, measureBuild, removeIndex, takeUsage } from "./reindex/build.ts";
import { type StoredFile, uploadAgain } from "./reindex/upload-again.ts";
import { type LoadFile, multiplied } from "./search/corpus.ts";
import { type Running, startOnPostgres } from "./search/excerpt.ts";
import { fill, indexFacts, untilSettled } from "./search/load.ts";
import { spread } from "./search/measure.ts";
import { printTable, quantile } from "./table.ts";

const wanted = Number(process.env.CHUNKS ?? 50_000);
const clients = Number(process.env.CLIENTS ?? 10);
const usualSeconds = Number(process.env.SECONDS ?? 30);
const steps = (process.env.STEPS ?? "words,reused,new,clients,again").split(",");
const data = process.env.DATA ?? "../shared/data";
const serverUrl = process.env.TEST_DATABASE_URL;

/** The store is filled with `auto`. No chunk of these has the text of one of those. */
const NEW_SETTINGS = { type: "static", static: { max_chunk_size_tokens: 200, chunk_overlap_tokens: 100 } };
const QUESTIONS = 250;

type Store = { id: string; indexId: string; questions: string[]; files: StoredFile[] };
/** A way to new settings, with what one client that asked all the time met. */
type Way = { name: string; seconds: number; tokens: number; asked: Asked[] };

const buildRows: string[][] = [];
const askedRows: string[][] = [];
const firstRows: string[][] = [];
const ways: Way[] = [];

if (!serverUrl) throw new Error("TEST_DATABASE_URL names the Postgres to measure on");
const directory = mkdtempSync(join(tmpdir(), "excerpt-bench-"));
await withDatabase(serverUrl, measure);
rmSync(directory, { recursive: true, force: true });

async function measure(databaseUrl: string): Promise<void> {
	const filling = await startOnPostgres(databaseUrl, directory);
	const store = await makeStore(filling).finally(() => filling.stop());
	// A server that has only just started: what it resides in is not what filling the store took.
	const running = await startOnPostgres(databaseUrl, directory);
	try {
		if (steps.includes("words")) await buildAside(running, store, "words alone", { embedding_model: null });
		if (steps.includes("reused")) await buildAside(running, store, "same settings, all vectors reused", {});
		if (steps.includes("new")) await flipUnderOne(running, store);
		if (steps.includes("clients")) await flipUnderMany(running, store);
		if (steps.includes("again")) await removeAndUpload(running, store);
	} finally {
		await running.stop();
	}
	printAll();
}

async function makeStore({ client, db }: Running): Promise<Store> {
	const { id } = await client.vectorStores.create({ name: `${wanted} chunks` });
	const loaded: LoadFile[] = [];
	const count = async () => (await indexFacts(db, id)).chunk_count;
	const questions = spread(await fill(client, id, remembered(multiplied(data), loaded), wanted, count), QUESTIONS);
	await untilSettled(db, (await indexFacts(db, id)).id);
	await db.query("VACUUM ANALYZE");
	const ids: string[] = [];
	for await (const file of client.files.list({ order: "asc" })) ids.push(file.id);
	const files = loaded.map(({ name, text }, place) => ({ id: ids[place] as string, name, text }));
	const { data: indexes } = await client.get<{ data: { id: string }[] }>(`/vector_stores/${id}/indexes`);
	console.log(
		`${cpus().length} cores, Node ${process.version}, ${await count()} chunks of ${files.length} files on Postgres\n`,
	);
	return { id, indexId: indexes[0]?.id as string, questions, files };
}

function* remembered(files: Iterable<LoadFile>, kept: LoadFile[]): Generator<LoadFile> {
	for (const file of files) {
		kept.push(file);
		yield file;
	}
}

/** A build that nobody asks meanwhile and that does not flip. */
async function buildAside(running: Running, store: Store, name: string, settings: object): Promise<void> {
	await takeUsage(running);
	const built = await measureBuild(running, store.id, { ...settings, activate: "manual" });
	noteBuild(name, built, (await takeUsage(running)).tokens);
	await removeIndex(running, store.id, built.id);
}

async function flipUnderOne(running: Running, store: Store): Promise<void> {
	const { built, tokens, before, during, after } = await flipUnder(running, store, 1);
	noteBuild("new settings, all vectors new, one client asking", built, tokens);
	noteFirst(built, before, [...during, ...after]);
	ways.push({ name: "re-index", seconds: built.seconds, tokens, asked: during });
}

async function flipUnderMany(running: Running, store: Store): Promise<void> {
	const { built, tokens } = await flipUnder(running, store, clients);
	noteBuild(`the same, ${clients} clients asking`, built, tokens);
}

/** Builds an index of new settings and flips to it while so many clients ask, and goes back. */
async function flipUnder(running: Running, store: Store, count: number) {
	const askers = startAskers(running.client, store.id, store.questions, count);
	await sleep(usualSeconds * 1000);
	const before = askers.take();
	await takeUsage(running);
	const built = await measureBuild(running, store.id, { chunking_strategy: NEW_SETTINGS });
	const during = askers.take();
	await sleep(usualSeconds * 1000);
	const after = await askers.stop();
	const { tokens } = await takeUsage(running);
	const who = count === 1 ? "1 client" : `${count} clients`;
	askedRows.push([`${who}, before the build`, ...askedCells(before)]);
	askedRows.push([`${who}, while it builds and flips`, ...askedCells(during)]);
	askedRows.push([`${who}, after it`, ...askedCells(after)]);
	await goBack(running, store, built);
	return { built, tokens, before, during, after };
}

async function removeAndUpload(running: Running, store: Store): Promise<void> {
	await takeUsage(running);
	const askers = startAskers(running.client, store.id, store.questions, 1);
	const seconds = await uploadAgain(running, store.id, store.files, NEW_SETTINGS);
	const asked = await askers.stop();
	ways.push({ name: "remove and upload again", seconds, tokens: (await takeUsage(running)).tokens, asked });
}

/** To the index that the store was filled with, as if the other had never been. */
async function goBack(running: Running, store: Store, built: Built): Promise<void> {
	await running.client.post(`/vector_stores/${store.id}/indexes/${store.indexId}/activate`);
	await removeIndex(running, store.id, built.id);
}

function noteBuild(name: string, built: Built, tokens: number): void {
	const { chunks, writing, seconds, peakMb } = built;
	buildRows.push([
		name,
		String(chunks),
		writing.seconds.toFixed(1),
		(chunks / writing.seconds).toFixed(0),
		writing.cpu.service.toFixed(1),
		writing.cpu.database.toFixed(1),
		chunksPerCore(built).toFixed(0),
		(seconds - writing.seconds).toFixed(1),
		String(tokens),
		peakMb.toFixed(0),
	]);
	// The tables come at the end, some minutes away.
	console.error(buildRows.at(-1)?.join("  "));
}

function noteFirst({ number }: Built, before: Asked[], asked: Asked[]): void {
	const ofNew = asked.filter(({ index }) => index === number).map(({ milliseconds }) => milliseconds);
	const ms = (values: number[], share: number) => quantile(values, share).toFixed(0);
	const usual = before.map(({ milliseconds }) => milliseconds);
	firstRows.push([
		(ofNew[0] as number).toFixed(0),
		ofNew
			.slice(1, 5)
			.map((value) => value.toFixed(0))
			.join(", "),
		ms(ofNew.slice(5), 0.5),
		ms(usual, 0.5),
		ms(usual, 0.95),
	]);
}

function printAll(): void {
	console.log("Builds; processor seconds and chunks a core are those of writing, service and database together\n");
	printTable(
		"build,chunks,written s,chunks/s,service CPU s,Postgres CPU s,chunks/s a core,then vector index s,embedded tokens,service's peak MB".split(
			",",
		),
		buildRows,
	);
	if (askedRows.length > 0) {
		console.log("\nWhole answers meanwhile, each client asking on as soon as it was answered\n");
		printTable(["asked by", ...ASKED_HEAD], askedRows);
		console.log("\nQuestions after the flip, one client, in milliseconds\n");
		printTable(["first", "next four", "p50 of those after", "usual p50", "usual p95"], firstRows);
	}
	if (ways.length > 0) {
		console.log("\nTwo ways to new settings, one client asking meanwhile\n");
		printTable(["way", "seconds", "embedded tokens", ...ASKED_HEAD], ways.map(wayCells));
	}
}

function wayCells({ name, seconds, tokens, asked }: Way): string[] {
	return [name, seconds.toFixed(1), String(tokens), ...askedCells(asked)];
}
