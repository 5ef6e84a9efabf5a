import OpenAI from "openai";
import { afterAll, afterEach, beforeAll, expect, inject, test } from "vitest";
import { EXACT_UP_TO } from "../../src/store/vector-index.ts";
import { type CliProcess, startServe } from "../support/cli.ts";
import { createTestDatabase, type TestDatabase, useDatabase } from "../support/database.ts";
import { type FakeOpenAI, startFakeOpenAI } from "../support/fake-openai.ts";
import { type Halt, haltAt, haltAtVectorIndex, type Place } from "../support/halt.ts";
import { countChunks, statisticsOf, wronglyWeighed } from "../support/index-state.ts";
import { find, getIndex, indexNumberOf, startBuild } from "../support/indexes.ts";
import { until } from "../support/until.ts";
import { createStore } from "../support/upload.ts";

/**
 * `kill -9` once the chunks of a new index are written: each time at one place, in the middle of its transaction. On
 * Postgres a dead worker's job goes to others once it has been silent for ten seconds, and was looked for.
 */
const RECOVERY_MS = 120_000;

const ONE_ROW = { type: "rows", rows: { max_rows: 1 } };
/** More than are weighed in one transaction (500). */
const ROWS = 450;

function table(rows: number, bird: string, where = ""): string {
	return `bird,seen\n${Array.from({ length: rows }, (_, i) => `${bird} ${i + 1}${where},${bird}x${i}`).join("\n")}\n`;
}

let fake: FakeOpenAI;
let database: TestDatabase | undefined;
let server: CliProcess | undefined;
let client: OpenAI;
beforeAll(async () => {
	fake = await startFakeOpenAI();
});
afterEach(async () => {
	await server?.end("SIGKILL");
	await database?.remove();
});
afterAll(() => fake.stop());

async function start(of: TestDatabase): Promise<CliProcess> {
	const started = await startServe({
		...of.settings,
		OPENAI_BASE_URL: fake.url,
		EMBEDDING_MODEL: "fake-embedding",
		EMBEDDING_CONCURRENCY: "1",
		WORKER_CONCURRENCY: "1",
	});
	client = new OpenAI({ baseURL: `${started.url}/v1`, apiKey: "none", maxRetries: 0 });
	server = started.process;
	return server;
}

const at = (place: Place) => (of: TestDatabase) => haltAt(of, place);

/** A store that was answered from, a build that was killed at that place, and what was left then. */
async function killAt(halting: (database: TestDatabase) => Promise<Halt>, rows = ROWS) {
	const own = await createTestDatabase();
	database = own;
	const before = await start(own);
	// Rows of the second are longer, so that the weights of the first are computed anew.
	const texts = { "a.csv": table(rows, "heron"), "b.csv": table(rows, "stork", " on a roof of the old town") };
	const { id: storeId } = await createStore(client, texts);
	const former = await foundIn(storeId);
	await before.end("SIGTERM");
	const halt = await halting(own);
	const doomed = await start(own);
	const built = await startBuild(client, storeId, { chunking_strategy: ONE_ROW });
	await halt.reached();
	expect((await doomed.end("SIGKILL")).signal).toBe("SIGKILL");
	fake.requests.length = 0;
	return { own, storeId, former, builtId: built.id, halt };
}

/** The indexes that a question is answered from. */
async function foundIn(storeId: string): Promise<number[]> {
	const ranking_options = { hybrid_search: { embedding_weight: 0, text_weight: 1 } };
	const found = await find(client, storeId, "heron stork", { ranking_options });
	return [...new Set(found.map(indexNumberOf))];
}

async function activeIn(own: TestDatabase, storeId: string): Promise<number[]> {
	const { rows } = await useDatabase(own, (db) =>
		db.query<{ active_index_id: number }>("SELECT active_index_id FROM vector_stores WHERE id = $1", [storeId]),
	);
	return rows.map((row) => row.active_index_id);
}

const onPostgres = Boolean(inject("serverUrl"));
const IS_BUILT = "EXISTS (SELECT FROM indexes WHERE id = NEW.index_id AND status = 'building')";

test.each([
	[
		"while weights are computed anew",
		{
			event: "BEFORE UPDATE ON chunk_terms",
			when: `${IS_BUILT} AND (SELECT reweighed_to FROM indexes WHERE id = NEW.index_id) > 0`,
		},
	],
	["while its words are counted", { event: "BEFORE UPDATE ON index_terms", when: IS_BUILT }],
	["as its vectors are to be indexed", { event: "AFTER UPDATE ON indexes", when: "NEW.stage = 'index_vectors'" }],
	[
		"in the transaction that makes it the active one",
		{ event: "AFTER UPDATE ON vector_stores", when: "NEW.active_index_id <> OLD.active_index_id" },
	],
])("a build that is killed %s leaves the former index serving, and goes on by itself", async (_name, place) => {
	const { own, storeId, former, builtId, halt } = await killAt(at(place));
	expect(await activeIn(own, storeId)).toEqual(former);
	// On PGlite nothing else keeps the next process from being done before it is asked.
	if (!onPostgres) await halt.lift();
	const after = await start(own);
	if (onPostgres) {
		expect(await foundIn(storeId)).toEqual(former);
		await halt.lift();
	}
	await expectComplete(own, { storeId, builtId, server: after });
	expect(await activeIn(own, storeId)).not.toEqual(former);
});

test("a build that is killed when it has become the active one, before its job is done, is so still", async () => {
	const { own, storeId, former, builtId, halt } = await killAt(
		at({
			event: "BEFORE UPDATE ON pgboss.job",
			when: "NEW.name = 'build-index' AND NEW.state::text = 'completed'",
		}),
	);
	expect(await activeIn(own, storeId)).not.toEqual(former);
	await halt.lift();
	const after = await start(own);
	expect(await foundIn(storeId)).not.toEqual(former);
	await expectComplete(own, { storeId, builtId, server: after });
});

// Postgres builds an HNSW index in one statement, which goes on in the server when its client is dead.
test.runIf(!onPostgres)(
	"codes that were made before a kill are gone on from, and each vector has its own",
	async () => {
		const rows = EXACT_UP_TO.codes / 2 + 50;
		const second = "(SELECT min(id) + 2000 FROM chunk_vectors WHERE index_id = NEW.index_id)";
		const place = { event: "BEFORE INSERT ON chunk_codes", when: `${IS_BUILT} AND NEW.id > ${second}` };
		const { own, storeId, former, builtId, halt } = await killAt(at(place), rows);
		expect(await activeIn(own, storeId)).toEqual(former);
		await halt.lift();
		const number = await expectComplete(own, { storeId, builtId, server: await start(own), rows });
		const codes = await useDatabase(own, (db) =>
			db.query<{ codes: number; matching: number }>(
				`SELECT count(*) AS codes, count(*) FILTER (WHERE c.code = binary_quantize(v.embedding)) AS matching
			 FROM chunk_codes c LEFT JOIN chunk_vectors v USING (index_id, id) WHERE c.index_id = $1`,
				[number],
			),
		);
		expect(codes.rows).toEqual([{ codes: 2 * rows, matching: 2 * rows }]);
	},
);

const ENOUGH = EXACT_UP_TO.hnsw / 2 + 50;

async function stateOfVectorIndex(own: TestDatabase, number: number) {
	const { rows } = await useDatabase(own, (db) =>
		db.query<{ vector_index: string | null; whole: boolean }>(
			`SELECT vector_index, i.indisvalid AS whole FROM indexes, pg_index i
			 WHERE id = $1 AND i.indexrelid = to_regclass('chunk_vectors_hnsw_' || id)`,
			[number],
		),
	);
	return rows;
}

// Postgres goes on with the statement of a client that is dead.
test.runIf(onPostgres)(
	"a vector index that a killed process left Postgres building is waited for, and used",
	async () => {
		const { own, storeId, former, builtId, halt } = await killAt(haltAtVectorIndex, ENOUGH);
		const after = await start(own);
		await until(
			"the build to wait, for longer than what cannot be explained is tried",
			async () => {
				const { progress } = await getIndex(client, storeId, builtId);
				return progress?.unit === "attempts" && progress.done > 3 && progress.waiting_for?.includes("vector index");
			},
			RECOVERY_MS,
		);
		expect(await foundIn(storeId)).toEqual(former);
		await halt.lift();
		const number = await expectComplete(own, { storeId, builtId, server: after, rows: ENOUGH });
		expect(await stateOfVectorIndex(own, number)).toEqual([{ vector_index: "hnsw", whole: true }]);
	},
);

test.runIf(onPostgres)("a vector index whose building ended with the database's process is built anew", async () => {
	const { own, storeId, former, builtId, halt } = await killAt(haltAtVectorIndex, ENOUGH);
	await useDatabase(own, (db) =>
		db.query("SELECT pg_terminate_backend(pid) FROM pg_stat_progress_create_index WHERE datname = current_database()"),
	);
	await halt.lift();
	const after = await start(own);
	expect(await foundIn(storeId)).toEqual(former);
	const number = await expectComplete(own, { storeId, builtId, server: after, rows: ENOUGH });
	expect(await stateOfVectorIndex(own, number)).toEqual([{ vector_index: "hnsw", whole: true }]);
});

/** The build ends well, with exact statistics and nothing asked of the embedding server again. */
async function expectComplete(
	own: TestDatabase,
	{ storeId, builtId, server, rows = ROWS }: { storeId: string; builtId: string; server: CliProcess; rows?: number },
): Promise<number> {
	const built = await until(
		"the build to end",
		async () => {
			const index = await getIndex(client, storeId, builtId);
			return index.status !== "queued" && index.status !== "building" && index;
		},
		RECOVERY_MS,
	);
	expect(built).toMatchObject({ status: "active", last_error: null, counts: { files: 2, chunks: 2 * rows } });
	const found = await foundIn(storeId);
	expect(found).toHaveLength(1);
	const number = found[0] as number;
	expect((await server.end("SIGTERM")).code).toBe(0);
	expect(fake.requests.filter(({ path }) => path.endsWith("/embeddings"))).toEqual([]);
	await useDatabase(own, async (db) => {
		expect(await countChunks(db, number)).toEqual({ live: 2 * rows, all: 2 * rows });
		const { kept, counted } = await statisticsOf(db, number);
		expect(kept).toEqual(counted);
		expect(await wronglyWeighed(db, number)).toBe(0);
	});
	return number;
}
