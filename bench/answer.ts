/**
 * What an answer costs beside the model: `npm run bench:answer`, on the Postgres of TEST_DATABASE_URL. A stub upstream
 * notes when it was asked and begins to speak at once, so that what is left is ours: from the client's request until the
 * upstream has its own, and from the upstream's first token to the client's. Client, server, stub and Postgres share the
 * machine.
 *
 *   CHUNKS=20000           chunks of the store that is asked
 *   MODES=lexical,hybrid   lexical alone needs no embedder, and none is started
 *   STREAMS=1,16,64        streams at once
 *   TURNS=500              answers of each row
 *   TOKENS=150 PACE=20     an answer's tokens, and milliseconds between them; measured once more with no pause at all
 *   HELD=64,256            streams held open while memory is read
 *   LEAK=2000              answers between whose quarters memory is read
 *   DATA=../shared/data    where nq_oracle is, whose passages are multiplied (bench/search/corpus.ts)
 */
import { mkdtempSync, rmSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { type Running, start } from "./answer/running.ts";
import { type ServerMemory, serverMemory } from "./answer/server-memory.ts";
import { type Added, type Asked, holdStreams, type Load, measureLoad } from "./answer/turns.ts";
import { withDatabase } from "./ingest/contenders.ts";
import { multiplied } from "./search/corpus.ts";
import { fill, indexFacts, untilSettled } from "./search/load.ts";
import { spread } from "./search/measure.ts";
import { printTable, quantile } from "./table.ts";

const numbers = (setting: string | undefined, usual: string) => (setting ?? usual).split(",").map(Number);
const chunks = Number(process.env.CHUNKS ?? 20_000);
const modes = (process.env.MODES ?? "lexical,hybrid").split(",") as Asked["mode"][];
const streamCounts = numbers(process.env.STREAMS, "1,16,64");
const turns = Number(process.env.TURNS ?? 500);
const tokens = Number(process.env.TOKENS ?? 150);
const pace = Number(process.env.PACE ?? 20);
const held = numbers(process.env.HELD, "64,256");
const leakTurns = Number(process.env.LEAK ?? 2_000);
const data = process.env.DATA ?? "../shared/data";
const serverUrl = process.env.TEST_DATABASE_URL;

const QUESTIONS = 250;
const WARM_UP = 50;
/** Streams that ask at once while it is watched whether memory stays. */
const LEAK_STREAMS = 16;
const MEMORY_HEAD = ["heap", "buffers", "resident"];

if (!serverUrl) throw new Error("TEST_DATABASE_URL names the Postgres to measure on");
const directory = mkdtempSync(join(tmpdir(), "excerpt-bench-"));
await withDatabase(serverUrl, measure);
rmSync(directory, { recursive: true, force: true });

async function measure(databaseUrl: string): Promise<void> {
	const running = await start(databaseUrl, directory, modes.includes("hybrid"));
	try {
		const asking = await makeStore(running);
		await printAddedTime(running, asking);
		await printMemory(running, asking.at(-1) as Asked);
		await printLeak(running, asking.at(-1) as Asked);
	} finally {
		await running.stop();
	}
}

async function makeStore(running: Running): Promise<Asked[]> {
	const { client, db } = running;
	const { id: storeId } = await client.vectorStores.create({ name: `${chunks} chunks` });
	const count = async () => (await indexFacts(db, storeId)).chunk_count;
	const questions = spread(await fill(client, storeId, multiplied(data), chunks, count), QUESTIONS);
	await untilSettled(db, (await indexFacts(db, storeId)).id);
	await db.query("ANALYZE");
	console.log(`${cpus().length} cores, Node ${process.version}, ${await count()} chunks on Postgres\n`);
	return modes.map((mode) => ({ storeId, mode, questions }));
}

async function printAddedTime(running: Running, asking: Asked[]): Promise<void> {
	console.log("Milliseconds that we add before the client has the first token\n");
	const rows: string[][] = [];
	for (const asked of asking) {
		await measureLoad(running, asked, { streams: 1, turns: WARM_UP, tokens, pace: 0 });
		for (const streams of streamCounts) {
			// Alone, a stream's pace changes nothing: nobody else is there.
			const paces = streams === 1 ? [0] : [pace, 0];
			for (const pace of paces) rows.push(await addedTime(running, asked, { streams, turns, tokens, pace }));
		}
	}
	printTable(
		["search", "streams", "the model speaks", "p50", "p95", "to the upstream p50", "back p50", "answers/s"],
		rows,
	);
}

async function addedTime(running: Running, asked: Asked, load: Load): Promise<string[]> {
	const started = performance.now();
	const added = await measureLoad(running, asked, load);
	const seconds = (performance.now() - started) / 1000;
	const of = (part: (added: Added) => number, share: number) => quantile(added.map(part), share).toFixed(1);
	const whole = ({ before, after }: Added) => before + after;
	return [
		asked.mode,
		String(load.streams),
		load.pace === 0 ? "all at once" : `${(1000 / load.pace).toFixed(0)} tokens/s`,
		of(whole, 0.5),
		of(whole, 0.95),
		of(({ before }) => before, 0.5),
		of(({ after }) => after, 0.5),
		(added.length / seconds).toFixed(1),
	];
}

async function printMemory(running: Running, asked: Asked): Promise<void> {
	const idle = await serverMemory(running.inspectorPort);
	const rows = [[...cells(0, idle), "", ""]];
	for (const streams of held) {
		const release = await holdStreams(running, asked, streams);
		const memory = await serverMemory(running.inspectorPort);
		await release();
		const perStream = (part: keyof ServerMemory) => (((memory[part] - idle[part]) / streams) * 1000).toFixed(0);
		rows.push([...cells(streams, memory), perStream("heap"), perStream("resident")]);
	}
	console.log("\nThe server's memory in MB with streams held open, after garbage collection\n");
	printTable(["open streams", ...MEMORY_HEAD, "heap KB a stream", "resident KB a stream"], rows);
}

async function printLeak(running: Running, asked: Asked): Promise<void> {
	const rows = [cells(0, await serverMemory(running.inspectorPort))];
	for (let quarter = 1; quarter <= 4; quarter++) {
		const quarterOf = { streams: LEAK_STREAMS, turns: Math.round(leakTurns / 4), tokens, pace: 0 };
		await measureLoad(running, asked, quarterOf);
		rows.push(cells(quarter * quarterOf.turns, await serverMemory(running.inspectorPort)));
	}
	console.log("\nThe same after so many answers more, none of them open any longer\n");
	printTable(["answers", ...MEMORY_HEAD], rows);
}

function cells(count: number, { heap, external, resident }: ServerMemory): string[] {
	return [String(count), ...[heap, external, resident].map((megabytes) => megabytes.toFixed(1))];
}
