import { readFileSync } from "node:fs";
import type OpenAI from "openai";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { ComparisonQuestion, EvidencePointer } from "../../src/comparison.ts";
import { countTokens } from "../../src/models/tokens.ts";
import {
	activateSettings,
	type ComparisonBody,
	type ComparisonRequest,
	cancelComparison,
	compare,
	getComparison,
	listComparisons,
	startComparison,
	untilCompared,
} from "../support/comparisons.ts";
import { type FakeOpenAI, startFakeOpenAI } from "../support/fake-openai.ts";
import { countChunks, untilSettled } from "../support/index-state.ts";
import { actOnIndex, build, find, getIndex, listIndexes, startBuild, untilIndex } from "../support/indexes.ts";
import { startTestService, type TestService } from "../support/service.ts";
import { until } from "../support/until.ts";
import { createStore, fixture, untilEnded, uploadText } from "../support/upload.ts";

let fake: FakeOpenAI;
let t: TestService;
let client: OpenAI;
beforeAll(async () => {
	fake = await startFakeOpenAI();
	t = await startTestService({
		OPENAI_BASE_URL: fake.url,
		EMBEDDING_MODEL: "fake-embedding",
		EMBEDDING_CONCURRENCY: "1",
		MODEL_ALIASES: "*=writer,named=other",
		MODEL_PRICES: JSON.stringify({
			writer: { input: 2, output: 8 },
			"fake-embedding": { input: 0.5, output: 0 },
		}),
	});
	client = t.client;
});
beforeEach(() => {
	fake.setPaused(false);
	fake.requests.length = 0;
});
afterAll(async () => {
	fake.setPaused(false);
	await t.stop();
	await fake.stop();
});

let texts = 0;
/** A text that no other of these tests has, and its sentences. */
function prose(sentences: number): { text: string; sentences: string[] } {
	texts++;
	const all = Array.from(
		{ length: sentences },
		(_, i) => `Sentence ${i} of text ${texts} tells of heron${i} and lake${(i * 53) % 89}.`,
	);
	return { text: all.join(" "), sentences: all };
}

const SENTENCES = { type: "sentence", sentence: { max_tokens: 50, overlap_tokens: 0 } } as const;
const statically = (max: number, overlap: number) => ({
	type: "static" as const,
	static: { max_chunk_size_tokens: max, chunk_overlap_tokens: overlap },
});

const asks = (pointer: EvidencePointer, question = "What does heron7 tell?"): ComparisonQuestion => ({
	question,
	evidence: [pointer],
});

/** A store with one text, and questions about some of its sentences. */
async function storeToCompare(sentences = 60, about = [3, 40]) {
	const { text, sentences: all } = prose(sentences);
	const { id, fileIds } = await createStore(client, { "a.txt": text });
	const file = fileIds["a.txt"] as string;
	const questions = about.map((i) => asks({ file_id: file, quote: all[i] as string }, `What does heron${i} tell?`));
	fake.requests.length = 0;
	return { id, file, questions, text };
}

/** Every text that a vector was asked for. */
const embedded = () =>
	fake.requests.flatMap(({ path, body }) => (path.endsWith("/embeddings") ? ([body.input].flat() as string[]) : []));

const hiddenOf = ({ settings }: ComparisonBody, place = 1) => settings[place]?.index_id as string;

async function numberOf(publicId: string): Promise<number> {
	const { rows } = await t.service.db.query<{ id: number }>("SELECT id FROM indexes WHERE public_id = $1", [publicId]);
	return (rows[0] as { id: number }).id;
}

/** What is left of indexes that were built to be compared. */
async function countHidden(storeId: string): Promise<number> {
	const { rows } = await t.service.db.query<{ count: number }>(
		"SELECT count(*) AS count FROM indexes WHERE vector_store_id = $1 AND comparison_id IS NOT NULL",
		[storeId],
	);
	return rows[0]?.count as number;
}

/** Waits until a comparison is at a stage. */
function untilStage(storeId: string, id: string, stage: string, setting?: string): Promise<ComparisonBody> {
	return until(`the comparison to be at ${stage}`, async () => {
		const comparison = await getComparison(client, storeId, id);
		const { progress } = comparison;
		return progress?.stage === stage && (setting === undefined || progress.setting === setting) && comparison;
	});
}

describe("a comparison", () => {
	test("is queued as it was asked for, and then tells what came out", async () => {
		const { id, questions } = await storeToCompare();
		const settings = [{}, { chunking_strategy: SENTENCES, name: "short" }];
		const started = await startComparison(client, id, { settings, questions });
		const usual = { embedding_model: "fake-embedding", context: { passage_tokens: 2000 } };
		expect(started).toMatchObject({
			object: "vector_store.comparison",
			vector_store_id: id,
			status: "queued",
			settings: [
				{ name: "auto", chunking_strategy: { type: "auto" }, ...usual, index_id: null },
				{ name: "short", chunking_strategy: SENTENCES, ...usual, index_id: null },
			],
			model: "writer",
			generate: null,
			generated: null,
			sample: null,
			last_error: null,
			results: null,
		});
		expect(started.id).toMatch(/^vscmp_[0-9a-f]{48}$/);
		const ended = await untilCompared(client, id, started.id);
		expect(ended).toMatchObject({ status: "completed", progress: null, last_error: null });
		expect(ended.ended_at).toBeGreaterThanOrEqual(ended.created_at);
		const {
			settings: found,
			differences,
			questions: each,
			skipped,
		} = ended.results as NonNullable<typeof ended.results>;
		expect(found.map(({ name }) => name)).toEqual(["auto", "short"]);
		expect(skipped).toEqual([]);
		expect(each.map(({ question }) => question)).toEqual(questions.map(({ question }) => question));
		for (const { means } of found) {
			expect(means).toMatchObject({ recall_in_budget: 1, reciprocal_rank: 1, recall_at: { 1: 1, 3: 1, 5: 1, 10: 1 } });
		}
		// Less of what is retrieved is beside the evidence where chunks are shorter.
		expect(found[1]?.means.precision).toBeGreaterThan(found[0]?.means.precision as number);
		expect(differences.map(({ measure }) => measure).toSorted()).toEqual([
			"context_tokens",
			"iou",
			"precision",
			"recall_at_5",
			"recall_in_budget",
			"reciprocal_rank",
		]);
		for (const difference of differences) expect(difference).toMatchObject({ settings: "short", baseline: "auto" });
		const [precision] = differences.filter(({ measure }) => measure === "precision");
		expect(precision?.low).toBeGreaterThan(0);
		const [first] = found;
		const tokens = questions.reduce((sum, { question }) => sum + countTokens(question), 0) / questions.length;
		expect(first?.cost_usd_per_1000_questions).toBeCloseTo(
			((first?.means.context_tokens as number) * 2 + tokens * 0.5) / 1000,
			9,
		);
	});

	test("measures what an answer would send", async () => {
		const { id, questions } = await storeToCompare(300);
		const context = { passage_tokens: 300 };
		const { results } = await compare(client, id, { settings: [{ context }], questions });
		fake.requests.length = 0;
		const asked = { model: "any", context, tools: [{ type: "file_search", vector_store_ids: [id] }] };
		await client.responses.create({ ...asked, input: questions[0]?.question } as never);
		const prompt = fake.requests.find(({ path }) => path.endsWith("/chat/completions"))?.body.messages as {
			content: string;
		}[];
		const excerpts = [...(prompt.at(-1)?.content ?? "").matchAll(/<excerpt [^>]*>\n([\s\S]*?)\n<\/excerpt>/g)];
		const sent = excerpts.reduce((sum, [, text = ""]) => sum + countTokens(text), 0);
		expect(sent).toBeGreaterThan(100);
		expect(results.questions[0]?.measures[0]?.context_tokens).toBe(sent);
	});

	test("asks the active index where it has the settings, and shows no index that was built for it", async () => {
		const { id, questions } = await storeToCompare();
		const before = await listIndexes(client, id);
		const { results, ...comparison } = await compare(client, id, {
			settings: [{}, { chunking_strategy: SENTENCES }],
			questions,
		});
		expect(await listIndexes(client, id)).toEqual(before);
		expect(results.settings.map(({ index_id }) => index_id)).toEqual([before[0]?.id, hiddenOf(comparison)]);
		expect(results.settings[0]?.build).toBeNull();
		expect(await getIndex(client, id, hiddenOf(comparison))).toMatchObject({ status: "ready", counts: { files: 1 } });
		const found = await find(client, id, "heron3", { indexId: hiddenOf(comparison) });
		expect(found).toHaveLength(results.settings[1]?.chunks as number);
	});

	test("asks an index that is kept, and builds nothing", async () => {
		const { id, questions } = await storeToCompare();
		const kept = await build(client, id, { chunking_strategy: SENTENCES, activate: "manual" });
		fake.requests.length = 0;
		const { results } = await compare(client, id, { settings: [{ chunking_strategy: SENTENCES }], questions });
		expect(results.settings[0]).toMatchObject({ index_id: kept.id, build: null });
		expect(embedded().toSorted()).toEqual(questions.map(({ question }) => question).toSorted());
		expect(await countHidden(id)).toBe(0);
	});

	test("of settings that differ in what is sent builds one index", async () => {
		const { id, questions } = await storeToCompare(200);
		const settings = [100, 2000].map((passage_tokens) => ({
			chunking_strategy: SENTENCES,
			context: { passage_tokens },
		}));
		const { results, ...comparison } = await compare(client, id, { settings, questions });
		const [less, more] = results.settings;
		expect(comparison.settings.map(({ name }) => name)).toEqual(["sentence:50/0, 100 tokens", "sentence:50/0"]);
		expect(less?.index_id).toBe(more?.index_id);
		expect(less?.build).toEqual(more?.build);
		expect(less?.means.context_tokens).toBeLessThanOrEqual(100);
		expect(more?.means.context_tokens).toBeGreaterThan(100);
		expect(await countHidden(id)).toBe(1);
	});

	test("pays for no vector twice, and says what was really sent", async () => {
		const { id, questions } = await storeToCompare(300);
		const settings = [{}, { chunking_strategy: statically(800, 400) }, { chunking_strategy: statically(800, 0) }];
		const { results } = await compare(client, id, { settings, questions });
		const sent = embedded();
		expect(new Set(sent).size).toBe(sent.length);
		const asked = questions.map(({ question }) => question);
		expect(sent).toEqual(expect.arrayContaining(asked));
		const chunks = sent.filter((text) => !asked.includes(text));
		const tokens = chunks.reduce((sum, text) => sum + countTokens(text), 0);
		const builds = results.settings.flatMap((one) => one.build ?? []);
		expect(builds).toHaveLength(2);
		expect(builds.reduce((sum, one) => sum + one.tokens_embedded, 0)).toBe(tokens);
		expect(builds.reduce((sum, one) => sum + (one.cost_usd as number), 0)).toBeCloseTo((tokens * 0.5) / 1e6, 12);
		// 800/0 shares its first chunk with 800/400, and more.
		const made = results.settings.slice(1).reduce((sum, one) => sum + one.chunks, 0);
		expect(builds.reduce((sum, one) => sum + one.vectors_reused, 0)).toBe(made - chunks.length);
		expect(builds[1]?.vectors_reused).toBeGreaterThan(0);

		fake.requests.length = 0;
		const again = await compare(client, id, { settings, questions });
		expect(embedded().toSorted()).toEqual(asked.toSorted());
		expect(again.results.settings[1]?.build).toMatchObject({ tokens_embedded: 0, cost_usd: 0 });
		expect(again.results.differences).toEqual(results.differences);
		expect(again.results.questions).toEqual(results.questions);
	});

	test("shows what would be sent where one of the settings finds more", async () => {
		const { id, file, questions, text } = await storeToCompare(100, [3, 90]);
		const settings = [100, 2000].map((passage_tokens) => ({
			chunking_strategy: SENTENCES,
			context: { passage_tokens },
			name: `${passage_tokens} tokens`,
		}));
		const both = {
			question: "What do heron3 and heron90 tell?",
			evidence: questions.flatMap(({ evidence }) => evidence),
		};
		const { results } = await compare(client, id, { settings, questions: [both, ...questions] });
		const [first, second] = results.questions;
		expect(first).toMatchObject({ won_by: ["2000 tokens"], lost_by: ["100 tokens"] });
		expect(first?.measures.map(({ recall_in_budget }) => recall_in_budget > 0.9)).toEqual([false, true]);
		const [little, much] = first?.sent ?? [];
		expect(little).not.toEqual([]);
		expect(much?.length).toBeGreaterThan(little?.length as number);
		for (const sent of [...(little ?? []), ...(much ?? [])]) {
			expect(sent).toMatchObject({ file_id: file, filename: "a.txt", text: text.slice(sent.start, sent.end) });
		}
		expect(second).toMatchObject({ won_by: [], lost_by: [] });
		expect(second?.sent).toBeUndefined();
	});

	test("lists newest first, without results", async () => {
		const { id, questions } = await storeToCompare(10, [3]);
		const first = await compare(client, id, { settings: [{}], questions });
		const second = await compare(client, id, { settings: [{}], questions });
		const all = await listComparisons(client, id);
		expect(all.map((one) => one.id)).toEqual([second.id, first.id]);
		expect(all[0]).not.toHaveProperty("results");
		const page = await client.get<{ data: ComparisonBody[]; has_more: boolean }>(
			`/vector_stores/${id}/comparisons?limit=1&order=asc&after=${first.id}`,
		);
		expect([page.data.map((one) => one.id), page.has_more]).toEqual([[second.id], false]);
	});

	test("says when to look again", async () => {
		const { id, questions } = await storeToCompare(10, [3]);
		const { id: comparison } = await startComparison(client, id, { settings: [{}], questions });
		const answer = await fetch(`${t.url}/v1/vector_stores/${id}/comparisons/${comparison}`);
		expect(answer.headers.get("openai-poll-after-ms")).toBe("300");
		await untilCompared(client, id, comparison);
	});
});

describe("evidence", () => {
	let id: string;
	let files: Record<string, string>;
	beforeAll(async () => {
		({ id, fileIds: files } = await createStore(client, {
			"notes.md": "# Herons\n\nHerons nest\nin colonies   near lakes.\n\n# Owls\n\nOwls nest alone.\n",
			"cities.csv": "city,people\nOslo,700\nRome,2800\nLima,10000\n",
			"states.json": JSON.stringify({
				states: [
					{ name: "Maine", capital: "Augusta" },
					{ name: "Ohio", capital: "Columbus" },
				],
			}),
			"plan.pdf": readFileSync(fixture("demo/FAA-2020-0686-737MAX-proposed-AD.pdf")),
		}));
	});

	test("is found by quote, page, row and JSON pointer, and told with its place", async () => {
		const questions = [
			asks(
				{ file_id: files["notes.md"] as string, quote: "Herons nest in colonies near lakes." },
				"Where do herons nest?",
			),
			asks({ file_id: files["cities.csv"] as string, row: 2 }, "How many people live in Rome?"),
			asks({ file_id: files["states.json"] as string, json_pointer: "/states/1/capital" }, "What is Ohio's capital?"),
			asks({ file_id: files["plan.pdf"] as string, page: 2 }, "What does the FAA propose?"),
		];
		const { results } = await compare(client, id, { settings: [{}], questions });
		const [quote, row, pointer, page] = results.questions.map(({ evidence }) => evidence);
		expect(quote).toEqual([
			expect.objectContaining({
				filename: "notes.md",
				text: "Herons nest\nin colonies   near lakes.",
				start: 10,
				end: 47,
				location: { headings: ["Herons"] },
			}),
		]);
		expect(row?.[0]).toMatchObject({ text: expect.stringContaining("Rome"), location: { row_start: 2, row_end: 2 } });
		expect(row?.[0]?.text).not.toContain("Lima");
		expect(pointer?.[0]).toMatchObject({
			text: expect.stringContaining("Columbus"),
			location: expect.objectContaining({ json_pointer: "/states/1" }),
		});
		expect(pointer?.[0]?.text).not.toContain("Augusta");
		expect(page?.[0]?.location.page_start).toBeLessThanOrEqual(2);
		expect((page?.[0]?.end as number) - (page?.[0]?.start as number)).toBeGreaterThan(1000);
		// What is shown of it is short.
		expect(page?.[0]?.text).toHaveLength(301);
	});

	test("that stands in several places is found at any of them", async () => {
		const said = "All lamps are covered for two years from delivery.";
		// Far apart, and the later place beside the words that are asked for.
		const text = `${said} ${prose(300).text} Warranty terms and claims: ${said}`;
		const { id, fileIds } = await createStore(client, { "lamps.txt": text });
		const questions = [
			asks({ file_id: fileIds["lamps.txt"] as string, quote: said }, "What are warranty terms and claims?"),
		];
		const { results } = await compare(client, id, {
			settings: [{ chunking_strategy: SENTENCES, embedding_model: null, context: { passage_tokens: 100 } }],
			questions,
		});
		const [first] = results.questions;
		const last = text.lastIndexOf(said);
		expect(first?.evidence).toEqual([
			expect.objectContaining({ start: 0, elsewhere: [{ start: last, end: last + said.length }] }),
		]);
		expect(first?.measures[0]).toMatchObject({ recall_in_budget: 1, reciprocal_rank: 1 });
	});

	test("that is not found leaves its question out, with the reason", async () => {
		const elsewhere = await uploadText(client, "elsewhere.txt", "Herons.");
		const good = asks({ file_id: files["notes.md"] as string, quote: "Owls nest alone." }, "How do owls nest?");
		const bad: [EvidencePointer, string][] = [
			[
				{ file_id: files["notes.md"] as string, quote: "Owls nest together." },
				"does not say that word for word (“Owls nest together.”)",
			],
			[{ file_id: files["plan.pdf"] as string, page: 4000 }, "there is no page 4000"],
			[{ file_id: files["cities.csv"] as string, row: 4 }, "there is no row 4"],
			[{ file_id: files["states.json"] as string, json_pointer: "/states/2" }, "there is no value at '/states/2'"],
			[{ file_id: elsewhere, quote: "Herons." }, `The file '${elsewhere}' is not in the vector store`],
			[{ file_id: "file-none", page: 1 }, "The file 'file-none' is not in the vector store"],
		];
		const questions = bad.map(([pointer], number) => asks(pointer, `Question ${number}?`));
		// One of two is not enough: what is missing would count as not found.
		const half = { question: "Half?", evidence: [...good.evidence, ...(questions[0]?.evidence ?? [])] };
		const { results } = await compare(client, id, { settings: [{}], questions: [...questions, good, half] });
		expect(results.questions.map(({ question }) => question)).toEqual([good.question]);
		expect(results.skipped).toEqual([
			...bad.map(([, reason], number) => ({
				question: `Question ${number}?`,
				reason: expect.stringContaining(reason),
			})),
			{ question: "Half?", reason: expect.stringContaining(bad[0]?.[1] as string) },
		]);
	});

	test("that is nowhere at all fails the comparison", async () => {
		const questions = [asks({ file_id: files["notes.md"] as string, quote: "Cats nest." })];
		const { id: comparison } = await startComparison(client, id, {
			settings: [{}, { chunking_strategy: SENTENCES }],
			questions,
		});
		const ended = await untilCompared(client, id, comparison);
		expect(ended).toMatchObject({ status: "failed", results: null, progress: null });
		expect(ended.last_error).toEqual({
			code: "invalid_value",
			message: expect.stringMatching(/No question can be asked.*“Cats nest.”/),
		});
	});
});

describe("an end", () => {
	test("by cancelling is noticed while vectors are waited for, and takes what was built along", async () => {
		const { id, questions } = await storeToCompare(300);
		fake.setPaused(true);
		const { id: comparison } = await startComparison(client, id, {
			settings: [{}, { chunking_strategy: SENTENCES }],
			questions: questions,
		});
		// The questions' own vectors for the active index come first.
		await until("a request", () => fake.requests.length === 1);
		fake.setPaused(false);
		fake.setPaused(true);
		await untilStage(id, comparison, "build");
		await until("a request of the build", () => fake.requests.length === 2);
		const before = await getComparison(client, id, comparison);
		expect(before).toMatchObject({
			status: "in_progress",
			progress: { stage: "build", setting: "sentence:50/0", unit: "characters" },
		});
		const number = await numberOf(hiddenOf(before));
		const cancelled = await cancelComparison(client, id, comparison);
		expect(cancelled).toMatchObject({ status: "cancelled", progress: null, results: null });
		await until("the request to be given up", () => fake.requests[1]?.abandoned);
		await expect(getIndex(client, id, hiddenOf(before))).rejects.toMatchObject({ status: 404 });
		await untilGone(number);
		fake.setPaused(false);
		await expect(cancelComparison(client, id, comparison)).rejects.toMatchObject({
			status: 400,
			message: expect.stringContaining("cancelled"),
		});
		expect(await getComparison(client, id, comparison)).toMatchObject({
			status: "cancelled",
			settings: [{}, { index_id: null }],
		});
	});

	test("by deleting removes the indexes that were built for it", async () => {
		const { id, questions } = await storeToCompare();
		const comparison = await compare(client, id, { settings: [{}, { chunking_strategy: SENTENCES }], questions });
		const hidden = hiddenOf(comparison);
		const number = await numberOf(hidden);
		expect((await countChunks(t.service.db, number)).live).toBeGreaterThan(0);
		const deleted = await client.delete(`/vector_stores/${id}/comparisons/${comparison.id}`);
		expect(deleted).toEqual({ id: comparison.id, object: "vector_store.comparison.deleted", deleted: true });
		await expect(getComparison(client, id, comparison.id)).rejects.toMatchObject({ status: 404 });
		await expect(find(client, id, "heron", { indexId: hidden })).rejects.toMatchObject({ status: 404 });
		await untilGone(number);
		expect(await find(client, id, "heron3")).not.toEqual([]);
	});

	test("of the store ends it too", async () => {
		const { id, questions } = await storeToCompare(300);
		fake.setPaused(true);
		const { id: comparison } = await startComparison(client, id, {
			settings: [{ chunking_strategy: SENTENCES }],
			questions,
		});
		await until("a request of the build", () => fake.requests.length === 1);
		const number = await numberOf(hiddenOf(await getComparison(client, id, comparison), 0));
		await client.vectorStores.delete(id);
		await until("the request to be given up", () => fake.requests[0]?.abandoned);
		fake.setPaused(false);
		await untilGone(number);
	});

	test("by a refusing embedding server has its reason, and leaves nothing", async () => {
		const { id, questions } = await storeToCompare();
		fake.failNext("/embeddings", { kind: "status", status: 400, message: "no such model" });
		const { id: comparison } = await startComparison(client, id, {
			settings: [{ chunking_strategy: SENTENCES }],
			questions,
		});
		const ended = await untilCompared(client, id, comparison);
		expect(ended).toMatchObject({
			status: "failed",
			last_error: { code: "upstream_error", message: expect.stringContaining("no such model") },
		});
		await until("the index to go", async () => (await countHidden(id)) === 0 || (await settleAll(id)));
	});

	async function untilGone(number: number): Promise<void> {
		await until("the index to be gone", async () => {
			await untilSettled(t.service.db, number);
			const { all } = await countChunks(t.service.db, number);
			const { rowCount } = await t.service.db.query("SELECT FROM indexes WHERE id = $1", [number]);
			return all === 0 && rowCount === 0;
		});
	}

	async function settleAll(storeId: string): Promise<false> {
		const { rows } = await t.service.db.query<{ id: number }>(
			"SELECT id FROM indexes WHERE vector_store_id = $1 AND comparison_id IS NOT NULL",
			[storeId],
		);
		for (const { id } of rows) await untilSettled(t.service.db, id);
		return false;
	}
});

describe("an embedding server that is away", () => {
	test("is waited for, and that is said", async () => {
		const { id, questions } = await storeToCompare();
		fake.setDown(true);
		try {
			const { id: comparison } = await startComparison(client, id, {
				settings: [{ chunking_strategy: SENTENCES }],
				questions,
			});
			const waiting = await untilStage(id, comparison, "waiting");
			expect(waiting.progress).toMatchObject({ unit: "attempts", waiting_for: expect.stringContaining("embedding") });
			fake.setDown(false);
			expect(await untilCompared(client, id, comparison)).toMatchObject({ status: "completed", last_error: null });
		} finally {
			fake.setDown(false);
		}
	});
});

describe("meanwhile", () => {
	test("the store's own build goes on beside it", async () => {
		const { id, questions } = await storeToCompare(200);
		fake.setPaused(true);
		const { id: comparison } = await startComparison(client, id, {
			settings: [{ chunking_strategy: SENTENCES }],
			questions,
		});
		await untilStage(id, comparison, "build");
		await until("a request of the build", () => fake.requests.length > 0);
		const own = await startBuild(client, id, { chunking_strategy: statically(100, 0) });
		fake.setPaused(false);
		await untilIndex(client, id, own.id, "active");
		expect(await untilCompared(client, id, comparison)).toMatchObject({ status: "completed" });
	});

	test("a file that is removed takes its questions along, and one that is added does no harm", async () => {
		const [one, other] = [prose(60), prose(60)];
		const { id, fileIds } = await createStore(client, { "one.txt": one.text, "other.txt": other.text });
		const question = (name: string, { sentences }: { sentences: string[] }) =>
			asks({ file_id: fileIds[name] as string, quote: sentences[7] as string }, `What of ${name}, heron7?`);
		const questions = [question("one.txt", one), question("other.txt", other)];
		fake.requests.length = 0;
		fake.setPaused(true);
		const { id: comparison } = await startComparison(client, id, {
			settings: [{ chunking_strategy: SENTENCES }],
			questions,
		});
		await until("a request of the build", () => fake.requests.length > 0);
		await client.vectorStores.files.delete(fileIds["one.txt"] as string, { vector_store_id: id });
		const added = await uploadText(client, "added.txt", prose(5).text);
		await client.vectorStores.files.create(id, { file_id: added });
		fake.setPaused(false);
		await untilEnded(client, id, added);
		const { status, results } = await untilCompared(client, id, comparison);
		expect(status).toBe("completed");
		expect(results?.questions.map((one) => one.question)).toEqual(["What of other.txt, heron7?"]);
		expect(results?.questions[0]?.measures[0]?.recall_in_budget).toBe(1);
		expect(results?.skipped).toEqual([
			{ question: "What of one.txt, heron7?", reason: expect.stringContaining("removed") },
		]);
	});

	test("a file that is removed and added again takes its questions along: what was built lacks it", async () => {
		const [one, other] = [prose(60), prose(60)];
		const { id, fileIds } = await createStore(client, { "one.txt": one.text, "other.txt": other.text });
		const questions = [one, other].map(({ sentences }, place) =>
			asks({ file_id: Object.values(fileIds)[place] as string, quote: sentences[7] as string }, `Heron7 of ${place}?`),
		);
		const body = { settings: [{ chunking_strategy: SENTENCES }], questions };
		await compare(client, id, body);
		// Now the build needs no vectors, so that the first that are waited for are the questions'.
		fake.setPaused(true);
		const { id: comparison } = await startComparison(client, id, body);
		await untilStage(id, comparison, "ask");
		const removed = fileIds["one.txt"] as string;
		await client.vectorStores.files.delete(removed, { vector_store_id: id });
		await client.vectorStores.files.create(id, { file_id: removed });
		expect(await untilEnded(client, id, removed)).toMatchObject({ status: "completed" });
		fake.setPaused(false);
		const { results } = await untilCompared(client, id, comparison);
		expect(results?.questions.map(({ question }) => question)).toEqual(["Heron7 of 1?"]);
		expect(results?.skipped).toEqual([{ question: "Heron7 of 0?", reason: expect.stringContaining("added again") }]);
	});

	test("what was built is nobody's to activate, cancel or delete by itself", async () => {
		const { id, questions } = await storeToCompare();
		const comparison = await compare(client, id, { settings: [{ chunking_strategy: SENTENCES }], questions });
		const refusal = { status: 400, param: "index_id", message: expect.stringContaining(comparison.id) };
		const hidden = hiddenOf(comparison, 0);
		await expect(actOnIndex(client, id, hidden, "activate")).rejects.toMatchObject(refusal);
		await expect(actOnIndex(client, id, hidden, "cancel")).rejects.toMatchObject(refusal);
		await expect(client.delete(`/vector_stores/${id}/indexes/${hidden}`)).rejects.toMatchObject(refusal);
	});
});

describe("activation", () => {
	test("makes the index that was built the one that answers, and embeds nothing", async () => {
		const { id, questions } = await storeToCompare();
		const [former] = await listIndexes(client, id);
		const comparison = await compare(client, id, { settings: [{}, { chunking_strategy: SENTENCES }], questions });
		fake.requests.length = 0;
		const active = await activateSettings(client, id, comparison.id, "sentence:50/0");
		expect(active).toMatchObject({ id: hiddenOf(comparison), object: "vector_store.index", status: "active" });
		expect(embedded()).toEqual([]);
		const all = await listIndexes(client, id);
		expect(all.map(({ id, status }) => [id, status])).toEqual([
			[active.id, "active"],
			[former?.id, "retired"],
		]);
		// It is the store's now, and stays without the comparison; back to the other settings goes as well.
		expect(await activateSettings(client, id, comparison.id, "auto")).toMatchObject({
			id: former?.id,
			status: "active",
		});
		await client.delete(`/vector_stores/${id}/comparisons/${comparison.id}`);
		expect(await getIndex(client, id, active.id)).toMatchObject({ status: "retired" });
	});

	test("first builds what came since", async () => {
		const { id, questions } = await storeToCompare();
		const comparison = await compare(client, id, { settings: [{ chunking_strategy: SENTENCES }], questions });
		const later = await uploadText(client, "later.txt", prose(9).text);
		await client.vectorStores.files.create(id, { file_id: later });
		await untilEnded(client, id, later);
		// It is not kept up to date by itself.
		expect(await getIndex(client, id, hiddenOf(comparison, 0))).toMatchObject({
			status: "ready",
			counts: { files: 1 },
		});
		const queued = await activateSettings(client, id, comparison.id, "sentence:50/0");
		expect(queued).toMatchObject({ id: hiddenOf(comparison, 0), status: "queued" });
		expect(await untilIndex(client, id, queued.id, "active")).toMatchObject({ counts: { files: 2 } });
	});

	test("is refused where nothing is won, nobody is named, or another index is being built", async () => {
		const { id, questions } = await storeToCompare();
		const comparison = await compare(client, id, { settings: [{}, { chunking_strategy: SENTENCES }], questions });
		await expect(activateSettings(client, id, comparison.id, "static:1/0")).rejects.toMatchObject({
			status: 400,
			param: "settings",
			message: expect.stringContaining("'auto', 'sentence:50/0'"),
		});
		await expect(activateSettings(client, id, comparison.id, undefined as never)).rejects.toMatchObject({
			status: 400,
			code: "missing_required_parameter",
			param: "settings",
		});
		fake.setPaused(true);
		const { id: unfinished } = await startComparison(client, id, {
			settings: [{ chunking_strategy: statically(100, 0) }],
			questions,
		});
		await expect(activateSettings(client, id, unfinished, "static:100/0")).rejects.toMatchObject({
			status: 400,
			param: "comparison_id",
		});
		await cancelComparison(client, id, unfinished);
	});
});

describe("a sample", () => {
	test("holds the files of the evidence and others by chance, and every setting is built on it", async () => {
		const written = Array.from({ length: 6 }, () => prose(20));
		const { id, fileIds } = await createStore(
			client,
			Object.fromEntries(written.map(({ text }, i) => [`${i}.txt`, text])),
		);
		const questions = [asks({ file_id: fileIds["4.txt"] as string, quote: written[4]?.sentences[7] as string })];
		const settings = [{}, { chunking_strategy: SENTENCES }];
		fake.requests.length = 0;
		const comparison = await compare(client, id, { settings, questions, sample: { files: 3 } });
		expect(comparison.sample).toEqual({ files: 3, of: 6 });
		for (const { index_id } of comparison.settings) {
			const index = await getIndex(client, id, index_id as string);
			expect(index).toMatchObject({ status: "ready", counts: { files: 3 } });
			const found = await find(client, id, "heron7", { indexId: index.id });
			const held = new Set(found.map(({ file_id }) => file_id));
			expect(held).toContain(fileIds["4.txt"]);
			expect(held.size).toBe(3);
		}
		// The active index has its vectors already.
		expect(comparison.results.settings[0]?.build).toMatchObject({ tokens_embedded: 0 });
		expect(comparison.results.questions[0]?.measures.map((one) => one.recall_in_budget)).toEqual([1, 1]);

		const queued = await activateSettings(client, id, comparison.id, "sentence:50/0");
		expect(comparison.settings.map(({ index_id }) => index_id)).not.toContain(queued.id);
		expect(await untilIndex(client, id, queued.id, "active")).toMatchObject({ counts: { files: 6 } });
	});

	test("holds all files with evidence, also where they are more than were asked for", async () => {
		const written = Array.from({ length: 3 }, () => prose(9));
		const { id, fileIds } = await createStore(
			client,
			Object.fromEntries(written.map(({ text }, i) => [`${i}.txt`, text])),
		);
		const questions = [0, 1].map((i) =>
			asks({ file_id: fileIds[`${i}.txt`] as string, quote: written[i]?.sentences[7] as string }),
		);
		const { sample, results } = await compare(client, id, { settings: [{}], questions, sample: { files: 1 } });
		expect(sample).toEqual({ files: 2, of: 3 });
		expect(results.questions).toHaveLength(2);
	});
});

describe("questions that a model writes", () => {
	const written = (question: string, quote: string) => ({
		text: JSON.stringify({ question, quotes: [quote], answer: "Of a heron." }),
		usage: { prompt_tokens: 100, completion_tokens: 10, total_tokens: 110 },
	});

	test("are kept where their quotes stand in the document, and dropped where not", async () => {
		const { id, file, text } = await storeToCompare(20);
		const [first = "", second = ""] = text.match(/Sentence [78][^.]*\./g) ?? [];
		fake.answerInTurn(
			written("What does heron7 tell of?", first),
			written("What does heron9 tell of?", "Sentence 9 tells of a cat and a lake."),
			written("Which lake goes with heron8?", second),
		);
		const comparison = await compare(client, id, { settings: [{}], generate: 2 });
		expect(comparison).toMatchObject({
			generate: 2,
			model: "writer",
			generated: { asked: 3, kept: 2, input_tokens: 300, output_tokens: 30 },
		});
		expect(comparison.generated?.cost_usd).toBeCloseTo((300 * 2 + 30 * 8) / 1e6, 12);
		expect(
			comparison.results.questions
				.map((one) => [one.question, one.answer, one.evidence.map(({ text }) => text)])
				.toSorted(),
		).toEqual([
			["What does heron7 tell of?", "Of a heron.", [first]],
			["Which lake goes with heron8?", "Of a heron.", [second]],
		]);
		expect(comparison.results.questions[0]?.evidence[0]?.file_id).toBe(file);
		const asked = fake.requests.filter(({ path }) => path.endsWith("/chat/completions"));
		expect(asked.map(({ body }) => body.model)).toEqual(["writer", "writer", "writer"]);
		expect(asked[0]?.body.response_format).toMatchObject({ type: "json_schema", json_schema: { strict: true } });
		expect(JSON.stringify(asked[0]?.body.messages)).toContain("tells of heron");
	});

	test("are asked for without a form where the server refuses each, which is found out once", async () => {
		const { id, text } = await storeToCompare(20);
		const quotes = text.match(/Sentence [789][^.]*\./g) ?? [];
		for (const status of [400, 422]) fake.failNext("/chat/completions", { kind: "status", status });
		const answers = quotes.map((quote, i) => written(`What is question ${i}?`, quote));
		fake.answerInTurn(...answers.map((one) => ({ ...one, text: `Here it is:\n\`\`\`json\n${one.text}\n\`\`\`` })));
		const { generated } = await compare(client, id, { settings: [{}], generate: 3 });
		expect(generated).toMatchObject({ asked: 3, kept: 3 });
		const asked = fake.requests.filter(({ path }) => path.endsWith("/chat/completions"));
		const forms = asked.map(({ body }) => (body.response_format as { type: string } | undefined)?.type);
		expect(forms).toEqual(["json_schema", "json_object", undefined, undefined, undefined]);
	});

	test("are given up where the server refuses them in any form", async () => {
		const { id } = await storeToCompare(20);
		for (let i = 0; i < 3; i++) fake.failNext("/chat/completions", { kind: "status", status: 400, message: "no chat" });
		const { id: comparison } = await startComparison(client, id, { settings: [{}], generate: 3 });
		const ended = await untilCompared(client, id, comparison);
		expect(ended).toMatchObject({
			status: "failed",
			generated: null,
			last_error: { code: "upstream_error", message: expect.stringContaining("no chat") },
		});
		expect(fake.requests.filter(({ path }) => path.endsWith("/chat/completions"))).toHaveLength(3);
	});

	test("are asked for three times as often at the most, by the model that is named", async () => {
		const { id } = await storeToCompare(20);
		fake.answerAs("other", "I would rather not.");
		const { id: comparison } = await startComparison(client, id, { settings: [{}], generate: 2, model: "named" });
		const ended = await untilCompared(client, id, comparison);
		expect(ended).toMatchObject({ status: "failed", model: "other", generated: { asked: 6, kept: 0 } });
		expect(ended.last_error).toEqual({
			code: "upstream_error",
			message: expect.stringContaining("In 6 tries 'other' wrote no question"),
		});
	});

	test.each([
		["a name that its server does not know", 404, "model_not_found", "The model 'writer' does not exist"],
		["a key that its server refuses", 401, "upstream_error", "Incorrect API key"],
	])("are not written by a model with %s, and that is said", async (_what, status, code, says) => {
		const { id } = await storeToCompare(20);
		fake.failNext("/chat/completions", { kind: "status", status, message: "Incorrect API key, or no such model." });
		const { id: comparison } = await startComparison(client, id, { settings: [{}], generate: 1 });
		const ended = await untilCompared(client, id, comparison);
		expect(ended).toMatchObject({ status: "failed", last_error: { code, message: expect.stringContaining(says) } });
	});

	test("need text to be about", async () => {
		const { id } = await client.vectorStores.create({});
		const { id: comparison } = await startComparison(client, id, { settings: [{}], generate: 2 });
		const ended = await untilCompared(client, id, comparison);
		expect(ended).toMatchObject({ status: "failed", generated: null });
		expect(ended.last_error).toEqual({ code: "invalid_value", message: expect.stringContaining("no text") });
	});

	test("are about the files of the sample", async () => {
		const written = Array.from({ length: 4 }, () => prose(10));
		const { id } = await createStore(client, Object.fromEntries(written.map(({ text }, i) => [`${i}.txt`, text])));
		fake.requests.length = 0;
		fake.answerAs("writer", "{}");
		try {
			const { id: comparison } = await startComparison(client, id, {
				settings: [{}],
				generate: 4,
				sample: { files: 1 },
			});
			expect(await untilCompared(client, id, comparison)).toMatchObject({
				status: "failed",
				sample: { files: 1, of: 4 },
			});
		} finally {
			fake.answerAs("writer", undefined);
		}
		const asked = fake.requests.filter(({ path }) => path.endsWith("/chat/completions"));
		const sources = asked.map(({ body }) => /source=\\?"(\d\.txt)/.exec(JSON.stringify(body.messages))?.[1]);
		expect(sources).toHaveLength(12);
		expect(new Set(sources).size).toBe(1);
	});
});

describe("what cannot be", () => {
	let id: string;
	let questions: ComparisonQuestion[];
	beforeAll(async () => {
		({ id, questions } = await storeToCompare(10, [3]));
	});
	const settings = [{}];
	const pointer = { file_id: "file-none", page: 1 };

	test.each<[string, () => object, string, string | null, string]>([
		["no settings", () => ({ settings: [], questions }), "array_below_min_length", "settings", "minimum length 1"],
		[
			"nine settings",
			() => ({ settings: Array(9).fill({}), questions }),
			"array_above_max_length",
			"settings",
			"maximum length 8",
		],
		[
			"questions and generate",
			() => ({ settings, questions, generate: 3 }),
			"invalid_value",
			null,
			"exactly one of questions and generate",
		],
		["neither", () => ({ settings }), "invalid_value", null, "exactly one of questions and generate"],
		["no questions", () => ({ settings, questions: [] }), "array_below_min_length", "questions", "minimum length 1"],
		["too many to be written", () => ({ settings, generate: 201 }), "integer_above_max_value", "generate", "<= 200"],
		[
			"two settings of a name",
			() => ({ settings: [{}, {}], questions }),
			"invalid_value",
			"settings[1].name",
			"called 'auto'",
		],
		[
			"no evidence",
			() => ({ settings, questions: [{ question: "?", evidence: [] }] }),
			"array_below_min_length",
			"questions[0].evidence",
			"minimum length 1",
		],
		[
			"evidence told twice",
			() => ({ settings, questions: [{ question: "?", evidence: [{ ...pointer, row: 1 }] }] }),
			"invalid_value",
			"questions[0].evidence[0]",
			"exactly one of quote, page, row, json_pointer",
		],
		[
			"evidence without a place",
			() => ({ settings, questions: [{ question: "?", evidence: [{ file_id: "file-x" }] }] }),
			"invalid_value",
			"questions[0].evidence[0]",
			"exactly one of",
		],
		[
			"a quote of white space",
			() => ({ settings, questions: [{ question: "?", evidence: [{ file_id: "file-x", quote: " " }] }] }),
			"invalid_value",
			"questions[0].evidence[0].quote",
			"not empty",
		],
		[
			"a bad pointer",
			() => ({ settings, questions: [{ question: "?", evidence: [{ file_id: "file-x", json_pointer: "a" }] }] }),
			"invalid_value",
			"questions[0].evidence[0].json_pointer",
			"begins with '/'",
		],
		[
			"an empty sample",
			() => ({ settings, questions, sample: { files: 0 } }),
			"integer_below_min_value",
			"sample.files",
			">= 1",
		],
		[
			"an unknown strategy",
			() => ({ settings: [{ chunking_strategy: { type: "x" } }], questions }),
			"invalid_value",
			"settings[0].chunking_strategy.type",
			"Supported values",
		],
	])("%s", async (_what, body, code, param, says) => {
		const sent = startComparison(client, id, body() as ComparisonRequest);
		await expect(sent).rejects.toMatchObject({ status: 400, code, param, message: expect.stringContaining(says) });
	});

	test("an unknown comparison, and one of another store, is not found", async () => {
		const { id: other } = await client.vectorStores.create({});
		const comparison = await compare(client, id, { settings, questions });
		for (const [store, one] of [
			[id, "vscmp_none"],
			[other, comparison.id],
			["vs_none", comparison.id],
		] as const) {
			await expect(getComparison(client, store, one)).rejects.toMatchObject({ status: 404 });
			await expect(cancelComparison(client, store, one)).rejects.toMatchObject({ status: 404 });
			await expect(activateSettings(client, store, one, "auto")).rejects.toMatchObject({ status: 404 });
			await expect(client.delete(`/vector_stores/${store}/comparisons/${one}`)).rejects.toMatchObject({ status: 404 });
		}
		await expect(cancelComparison(client, id, comparison.id)).rejects.toMatchObject({
			status: 400,
			param: "comparison_id",
			message: expect.stringContaining("completed"),
		});
	});

	test("a server without models compares by words alone, writes no questions and makes no vectors", async () => {
		const plain = await startTestService();
		try {
			const { text, sentences } = prose(10);
			const { id, fileIds } = await createStore(plain.client, { "a.txt": text });
			const asked = [asks({ file_id: fileIds["a.txt"] as string, quote: sentences[7] as string })];
			const { results } = await compare(plain.client, id, {
				settings: [{}, { chunking_strategy: SENTENCES }],
				questions: asked,
			});
			expect(
				results.settings.map(({ means, cost_usd_per_1000_questions: cost }) => [means.recall_in_budget, cost]),
			).toEqual([
				[1, 0],
				[1, 0],
			]);
			expect(results.settings[1]?.build).toMatchObject({ tokens_embedded: 0, vectors_reused: 0, cost_usd: 0 });
			await expect(startComparison(plain.client, id, { settings, generate: 3 })).rejects.toMatchObject({
				status: 400,
				param: "generate",
				message: expect.stringContaining("OPENAI_BASE_URL"),
			});
			await expect(
				startComparison(plain.client, id, { settings: [{ embedding_model: "large" }], questions: asked }),
			).rejects.toMatchObject({ status: 400, param: "settings[0].embedding_model" });
			const semantic = [{ chunking_strategy: { type: "semantic" } }];
			await expect(startComparison(plain.client, id, { settings: semantic, questions: asked })).rejects.toMatchObject({
				status: 400,
				param: "settings[0].chunking_strategy.type",
			});
		} finally {
			await plain.stop();
		}
	});
});
