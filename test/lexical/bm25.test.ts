import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { B, bestScore, idf, K1, termWeight } from "../../src/lexical/bm25.ts";
import { searchable } from "../../src/lexical/searchable.ts";
import { indexOf, statisticsOf, untilSettled } from "../support/index-state.ts";
import { startTestService, type TestService } from "../support/service.ts";
import { createStore, untilEnded, uploadText } from "../support/upload.ts";

const WORDS =
	`the of and revenue dividend company report running runs ran quarterly shareholder bridge engine river climate
	rocket orchid violin glacier harvest monsoon lighthouse telescope walnut`.split(/\s+/);

/** Texts whose words are as unevenly common as those of real ones; the same in every run. */
function corpus(count: number, seed: number): Record<string, string> {
	let state = seed;
	const random = () => {
		state = (state * 1103515245 + 12345) % 2 ** 31;
		return state / 2 ** 31;
	};
	const texts: Record<string, string> = {};
	for (let i = 0; i < count; i++) {
		const words = Array.from(
			{ length: 5 + Math.floor(random() * 60) },
			() => WORDS[Math.floor(random() ** 2 * WORDS.length)],
		);
		texts[`f${seed}x${i}.txt`] = `${words.join(" ")}.`;
	}
	return texts;
}

const QUESTIONS = [
	"dividend",
	"What is the dividend of the company?",
	"running",
	"quarterly report for the shareholder",
	"telescope walnut",
	"walnut unheardof",
	"glacier glacier glacier river",
	"Which rocket, violin or orchid is by the lighthouse?",
	"engine bridge climate harvest monsoon revenue",
];

/** BM25 written down as in the books, over all texts at once. */
async function reference(
	t: TestService,
	texts: Record<string, string>,
	question: string,
): Promise<Map<string, number>> {
	const analyse = async (text: string) => {
		const { rows } = await t.service.db.query<{ lexeme: string; positions: number[] }>(
			"SELECT lexeme, positions FROM unnest(to_tsvector('english', $1))",
			[searchable(text)],
		);
		return new Map(rows.map((row) => [row.lexeme, row.positions.length]));
	};
	const documents = new Map<string, Map<string, number>>();
	for (const [name, text] of Object.entries(texts)) documents.set(name, await analyse(`${name}\n${text}`));
	const lengthOf = (terms: Map<string, number>) => [...terms.values()].reduce((sum, tf) => sum + tf, 0);
	const average = [...documents.values()].reduce((sum, terms) => sum + lengthOf(terms), 0) / documents.size;
	const scores = new Map<string, number>();
	let most = 0;
	for (const term of (await analyse(question)).keys()) {
		const df = [...documents.values()].filter((terms) => terms.has(term)).length;
		const rarity = Math.log(1 + (documents.size - df + 0.5) / (df + 0.5));
		most += rarity * 1.9;
		for (const [name, terms] of documents) {
			const tf = terms.get(term) ?? 0;
			if (tf === 0) continue;
			const weight = (tf * 1.9) / (tf + 0.9 * (1 - 0.4 + (0.4 * lengthOf(terms)) / average));
			scores.set(name, (scores.get(name) ?? 0) + rarity * weight);
		}
	}
	return new Map([...scores].map(([name, score]) => [name, score / most]));
}

describe("through the server", () => {
	/** Half a per cent of drift of the average is a quarter of a weight; scores are rounded to four places. */
	const near = (score: number) => ({ from: score * 0.997 - 0.0001, to: score * 1.003 + 0.0001 });

	let t: TestService;
	let storeId: string;
	let fileIds: Record<string, string>;
	let texts = corpus(40, 1);

	beforeAll(async () => {
		t = await startTestService();
		({ id: storeId, fileIds } = await createStore(t.client, texts));
	});
	afterAll(() => t.stop());

	async function expectReferenceScores(): Promise<void> {
		const index = await indexOf(t.service.db, storeId);
		await untilSettled(t.service.db, index.id);
		for (const question of QUESTIONS) {
			const expected = await reference(t, texts, question);
			const { data } = await t.client.vectorStores.search(storeId, { query: question, max_num_results: 50 });
			const found = data.map((result) => ({
				name: result.filename,
				score: (result as unknown as { scores: { lexical: number } }).scores.lexical,
			}));
			expect(found.map(({ name }) => name).toSorted(), question).toEqual([...expected.keys()].toSorted());
			for (const { name, score } of found) {
				const { from, to } = near(expected.get(name) as number);
				expect(score, `${name} for ${question}`).toBeGreaterThanOrEqual(from);
				expect(score, `${name} for ${question}`).toBeLessThanOrEqual(to);
			}
			expect(found).toEqual(found.toSorted((a, b) => b.score - a.score));
		}
	}

	async function expectExactStatistics(): Promise<void> {
		const index = await indexOf(t.service.db, storeId);
		const { kept, counted } = await statisticsOf(t.service.db, index.id);
		expect(kept).toEqual(counted);
		expect(counted.chunk_count).toBe(Object.keys(texts).length);
		const { weighed_at, reweighed_to, length_total, chunk_count } = await indexOf(t.service.db, storeId);
		expect(reweighed_to).toBeNull();
		expect(Math.abs(length_total / chunk_count / (weighed_at as number) - 1)).toBeLessThanOrEqual(0.0051);
	}

	test("scores are BM25's", async () => {
		await expectReferenceScores();
		await expectExactStatistics();
	});

	test("they still are when files went and others, longer ones, came", async () => {
		const gone = Object.keys(texts).filter((_name, i) => i % 4 === 0);
		for (const name of gone) await t.client.files.delete(fileIds[name] as string);
		const more = Object.fromEntries(
			Object.entries(corpus(8, 2)).map(([name, text]) => [name, `${text} ${text.slice(0, 80)}`]),
		);
		for (const [name, text] of Object.entries(more)) {
			const id = await uploadText(t.client, name, text);
			await t.client.vectorStores.files.create(storeId, { file_id: id });
			await untilEnded(t.client, storeId, id);
		}
		texts = { ...Object.fromEntries(Object.entries(texts).filter(([name]) => !gone.includes(name))), ...more };
		await expectReferenceScores();
		await expectExactStatistics();
	});

	test("a question without a word that counts finds nothing", async () => {
		for (const query of ["the of and", "?!", "xyzzy"]) {
			expect((await t.client.vectorStores.search(storeId, { query })).data, query).toEqual([]);
		}
	});
});

describe("the formula", () => {
	test("is that of the published baselines", () => {
		expect([K1, B]).toEqual([0.9, 0.4]);
		expect(termWeight(1, 100, 100)).toBeCloseTo(1, 10);
		expect(termWeight(3, 50, 100)).toBeCloseTo((3 * 1.9) / (3 + 0.9 * 0.8), 10);
		expect(idf(1, 10)).toBeCloseTo(Math.log(1 + 9.5 / 1.5), 10);
	});

	test("a term in every chunk still counts a little, never against", () => {
		expect(idf(10, 10)).toBeGreaterThan(0);
	});

	test("no chunk scores more than the best", () => {
		const idfs = [idf(1, 100), idf(50, 100)];
		const score = idfs.reduce((sum, value) => sum + value * termWeight(1e6, 10, 100), 0);
		expect(score).toBeLessThan(bestScore(idfs));
		expect(score).toBeGreaterThan(0.99 * bestScore(idfs));
	});
});
