import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { EXACT_UP_TO } from "../../src/store/vector-index.ts";
import { embed, type FakeOpenAI, startFakeOpenAI } from "../support/fake-openai.ts";
import { hurrySettling, indexOf } from "../support/index-state.ts";
import { actOnIndex, getIndex, listIndexes, startBuild } from "../support/indexes.ts";
import { startTestService, type TestService } from "../support/service.ts";
import { until } from "../support/until.ts";
import { createStore, untilEnded, uploadText } from "../support/upload.ts";

const onPostgres = Boolean(inject("serverUrl"));
const kind = onPostgres ? "hnsw" : "codes";
const ROWS = EXACT_UP_TO[kind] + 100;
/** Too few to be looked for in a vector index. */
const FEW = 30;

let fake: FakeOpenAI;
let t: TestService;
let storeId: string;
let indexId: number;
let fileIds: Record<string, string>;

/** Rows of words that follow from their number. */
function table(rows: number, seed: number): string {
	let state = seed;
	const word = () => {
		state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
		return `word${state % 997}`;
	};
	const row = (n: number) => `${seed}x${n},${word()} ${word()} ${word()} ${word()} ${word()} ${word()}`;
	return `number,words\n${Array.from({ length: rows }, (_, n) => row(n)).join("\n")}\n`;
}

const QUESTIONS = Array.from({ length: 25 }, (_, n) => `word${n * 7} word${n * 13 + 5} word${n * 29 + 11}`);

beforeAll(async () => {
	fake = await startFakeOpenAI();
	t = await startTestService({ OPENAI_BASE_URL: fake.url, EMBEDDING_MODEL: "fake-embedding" });
	const texts = { "many.csv": table(ROWS, 1), "few.csv": table(FEW, 2) };
	const chunking_strategy = { type: "rows", rows: { max_rows: 1 } } as never;
	({ id: storeId, fileIds } = await createStore(t.client, texts, { chunking_strategy }));
	await t.client.vectorStores.files.update(fileIds["few.csv"] as string, {
		vector_store_id: storeId,
		attributes: { size: "few" },
	});
	indexId = (await indexOf(t.service.db, storeId)).id;
	await untilIndexed();
});
afterAll(async () => {
	await t.stop();
	await fake.stop();
});

async function untilIndexed(): Promise<void> {
	await until("the vector index", async () => {
		await hurrySettling(t.service.db);
		const { rows } = await t.service.db.query<{ vector_index: string }>(
			"SELECT vector_index FROM indexes WHERE id = $1",
			[indexId],
		);
		return rows[0]?.vector_index === kind;
	});
}

type Found = { filename: string; content: { text: string }[]; scores: { dense: number } }[];

/** By vectors alone. */
async function search(query: string, options: object = {}): Promise<Found> {
	const page = await t.client.vectorStores.search(storeId, {
		query,
		ranking_options: { hybrid_search: { embedding_weight: 1, text_weight: 0 } },
		...options,
	} as never);
	return page.data as unknown as Found;
}

/** The cosines of the ten nearest that are live in the index, by comparing all. */
async function nearest(query: string, index = indexId): Promise<number[]> {
	const { rows } = await t.service.db.query<{ cosine: number }>(
		`SELECT 1 - (v.embedding <=> $2::halfvec) AS cosine FROM chunk_vectors v
		 JOIN index_files f ON f.index_id = v.index_id AND f.live_revision = v.revision
		 WHERE v.index_id = $1 ORDER BY (v.embedding <=> $2::halfvec) + 0 LIMIT 10`,
		[index, JSON.stringify(embed(query))],
	);
	return rows.map((row) => row.cosine);
}

/** Of the ten nearest, how many a search finds; vectors that are as near as one another are one as good as the other. */
async function recallOfSearch(index = indexId): Promise<number> {
	let found = 0;
	for (const question of QUESTIONS) {
		const least = (await nearest(question, index)).at(-1) as number;
		found += (await search(question)).filter(({ scores }) => scores.dense >= least - 0.0001).length;
	}
	return found / (10 * QUESTIONS.length);
}

test("of the ten nearest of many vectors nearly all are found", async () => {
	expect(await recallOfSearch()).toBeGreaterThanOrEqual(0.95);
});

async function planOfNearest(index: number): Promise<string> {
	const { rows } = await t.service.db.query<{ "QUERY PLAN": string }>(
		`EXPLAIN SELECT id FROM chunk_vectors WHERE index_id = ${index}
		 ORDER BY embedding::halfvec(64) <=> array_fill(1, ARRAY[64])::halfvec(64) LIMIT 10`,
	);
	return rows.map((row) => row["QUERY PLAN"]).join("\n");
}

test.runIf(onPostgres)("they are found by the index's own vector index", async () => {
	expect(await planOfNearest(indexId)).toContain(`chunk_vectors_hnsw_${indexId}`);
});

test("an index that is built beside it has a vector index of its own when it begins to answer", async () => {
	const former = (await listIndexes(t.client, storeId))[0]?.id as string;
	const { id } = await startBuild(t.client, storeId, {});
	const before = fake.requests.length;
	const active = async () => (await getIndex(t.client, storeId, id)).status === "active";
	await until("it to answer", active, 120_000);
	const { rows } = await t.service.db.query<{ id: number; vector_index: string }>(
		"SELECT id, vector_index FROM indexes WHERE public_id = $1",
		[id],
	);
	const built = rows[0] as { id: number; vector_index: string };
	expect(built.vector_index).toBe(kind);
	expect(fake.requests.slice(before)).toEqual([]);
	if (onPostgres) expect(await planOfNearest(built.id)).toContain(`chunk_vectors_hnsw_${built.id}`);
	expect(await recallOfSearch(built.id)).toBeGreaterThanOrEqual(0.95);
	await actOnIndex(t.client, storeId, former, "activate");
}, 180_000);

test("a filter that leaves few of many leaves all of those", async () => {
	const found = await search(QUESTIONS[0] as string, {
		filters: { type: "eq", key: "size", value: "few" },
		max_num_results: 50,
	});
	expect(found).toHaveLength(FEW);
	expect(new Set(found.map(({ filename }) => filename))).toEqual(new Set(["few.csv"]));
	const rest = await search(QUESTIONS[0] as string, { filters: { type: "ne", key: "size", value: "few" } });
	expect(new Set(rest.map(({ filename }) => filename))).toEqual(new Set(["many.csv"]));
	expect(rest).toHaveLength(10);
});

test("what is added later is found too", async () => {
	const id = await uploadText(t.client, "later.csv", "number,words\n1,word1 word2 word3 word4 word5 word6\n");
	await t.client.vectorStores.files.create(storeId, { file_id: id });
	await untilEnded(t.client, storeId, id);
	const [best] = await search("number: 1; words: word1 word2 word3 word4 word5 word6");
	expect(best?.filename).toBe("later.csv");
});

test.runIf(onPostgres)("a vector index whose building was cut off is built anew", async () => {
	const { db } = t.service;
	await db.query("UPDATE pg_index SET indisvalid = false WHERE indexrelid = to_regclass($1)", [
		`chunk_vectors_hnsw_${indexId}`,
	]);
	await db.query("UPDATE indexes SET vector_index = NULL WHERE id = $1", [indexId]);
	expect((await search(QUESTIONS[1] as string)).length).toBe(10);
	// Anything that settles the index notices.
	await t.client.vectorStores.files.delete(fileIds["few.csv"] as string, { vector_store_id: storeId });
	await untilIndexed();
	const { rows } = await db.query("SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass($1)", [
		`chunk_vectors_hnsw_${indexId}`,
	]);
	expect(rows).toEqual([{ indisvalid: true }]);
	expect(await recallOfSearch()).toBeGreaterThanOrEqual(0.95);
});

test("a removed file is found no more at once, however many it leaves behind; and with the store all of it goes", async () => {
	const { db } = t.service;
	await t.client.vectorStores.files.delete(fileIds["many.csv"] as string, { vector_store_id: storeId });
	const found = await search(QUESTIONS[2] as string);
	expect(found.map(({ filename }) => filename)).not.toContain("many.csv");
	expect(found.length).toBeGreaterThan(0);

	await t.client.vectorStores.delete(storeId);
	await until("its indexes to go", async () => {
		await hurrySettling(db);
		return (await db.query("SELECT FROM indexes WHERE vector_store_id = $1", [storeId])).rowCount === 0;
	});
	const left = await db.query(
		`SELECT (SELECT count(*) FROM chunks) + (SELECT count(*) FROM chunk_terms) + (SELECT count(*) FROM chunk_vectors)
			+ (SELECT count(*) FROM chunk_codes) AS rows, to_regclass('chunk_vectors_hnsw_' || $1::text) AS index`,
		[indexId],
	);
	expect(left.rows).toEqual([{ rows: 0, index: null }]);
});
