import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { citationsOf, fileSearch, readFrames } from "../support/ask.ts";
import { type FakeOpenAI, startFakeOpenAI } from "../support/fake-openai.ts";
import { startTestService, type TestService } from "../support/service.ts";
import { until } from "../support/until.ts";
import { createStore } from "../support/upload.ts";

const FILES = {
	"rome.txt": "The shop in Rome opens at ten. It has 12 rooms.",
	"oslo.txt": "The shop in Oslo opens at nine. It has 7 rooms.",
};
const QUESTION = "When do the shops in Rome and Oslo open, and how many rooms have they?";

let fake: FakeOpenAI;
let t: TestService;
let storeId: string;
beforeAll(async () => {
	fake = await startFakeOpenAI();
	t = await startTestService({ OPENAI_BASE_URL: fake.url });
	storeId = (await createStore(t.client, FILES)).id;
});
beforeEach(() => {
	fake.requests.length = 0;
});
afterAll(async () => {
	await t.stop();
	await fake.stop();
});

type Said = { text: string; cited: [before: string, quote: string][]; counts: unknown };

async function answer(pieces: string[], store = storeId): Promise<Said> {
	// Numbers are given by rank: which of the two comes first is of no interest here.
	const numbered = await numberOf(store);
	const given = pieces.join("").replaceAll("ROME", numbered.rome).replaceAll("OSLO", numbered.oslo);
	fake.answerWith(given.match(/[\s\S]{1,5}/g) ?? []);
	const response = await t.client.responses.create({ model: "m", input: QUESTION, tools: [fileSearch(store)] });
	const { receipt } = response as unknown as { receipt: { citations: unknown } };
	return {
		text: response.output_text,
		cited: citationsOf(response).map(({ index, quote }) => [response.output_text.slice(0, index), quote]),
		counts: receipt.citations,
	};
}

async function numberOf(store: string): Promise<{ rome: string; oslo: string }> {
	fake.answerWith([""]);
	await t.client.responses.create({ model: "m", input: QUESTION, tools: [fileSearch(store)] });
	const prompt = JSON.stringify(fake.requests.at(-1)?.body);
	const number = (file: string) =>
		new RegExp(`<excerpt number=\\\\"(\\d)\\\\" file=\\\\"${file}`).exec(prompt)?.[1] ?? "";
	return { rome: number("rome.txt"), oslo: number("oslo.txt") };
}

const counts = (verified: number, reasons: object = {}) => {
	const all = { no_such_excerpt: 0, not_supported: 0, not_in_document: 0, ...reasons };
	return { verified, dropped: Object.values(all).reduce((sum, count) => sum + count, 0), reasons: all };
};
const ROME = "The shop in Rome opens at ten.";
const OSLO = "The shop in Oslo opens at nine.";

describe("markers become citations", () => {
	test("of the part of the sentence since the one before", async () => {
		const given = "In Rome the shop opens at ten 【ROME】 and in Oslo at nine 【OSLO】.";
		expect(await answer([given])).toEqual({
			text: "In Rome the shop opens at ten and in Oslo at nine.",
			cited: [
				["In Rome the shop opens at ten", ROME],
				["In Rome the shop opens at ten and in Oslo at nine", OSLO],
			],
			counts: counts(2),
		});
	});

	test("of the whole sentence where they stand at its beginning", async () => {
		expect(await answer(["According to 【ROME】, the shop in Rome opens at ten. Good."])).toEqual({
			text: "According to, the shop in Rome opens at ten. Good.",
			cited: [["According to", ROME]],
			counts: counts(1),
		});
		expect((await answer(["【ROME】 The shop in Rome opens at ten."])).cited).toEqual([["", ROME]]);
	});

	test("of a sentence that is over", async () => {
		const said = await answer(["The shop in Rome opens at ten. 【ROME】 The shop in Oslo opens at nine. 【OSLO】"]);
		expect(said.cited.map(([, quote]) => quote)).toEqual([ROME, OSLO]);
	});

	test("of excerpts that only together bear it out", async () => {
		const both = await answer(["The shop in Rome opens at ten, that in Oslo at nine 【ROME, OSLO】."]);
		expect(both.cited.map(([, quote]) => quote)).toEqual([ROME, OSLO]);
		const false_ = await answer(["The shop in Rome opens at ten, that in Oslo at 11 【ROME】【OSLO】."]);
		expect(false_).toMatchObject({ cited: [], counts: counts(0, { not_supported: 2 }) });
	});

	test("in bold, lists and tables", async () => {
		const said = await answer([
			"- **The shop in Rome opens at ten 【ROME】**\n- 【OSLO】 The shop in Oslo opens at nine\n\n",
			"| shop | opens |\n| --- | --- |\n| Rome | at ten 【ROME】 |\n| Oslo | at nine 【OSLO】 |",
		]);
		expect(said.text).toBe(
			"- **The shop in Rome opens at ten**\n- The shop in Oslo opens at nine\n\n| shop | opens |\n| --- | --- |\n| Rome | at ten |\n| Oslo | at nine |",
		);
		expect(said.cited.map(([, quote]) => quote)).toEqual([ROME, OSLO, ROME, OSLO]);
	});
});

test("what is not borne out is dropped, and counted by its reason", async () => {
	const said = await answer([
		"The shop in Rome opens at ten 【ROME】. It has 13 rooms 【ROME】. The shop in Oslo does not open at nine 【OSLO】. ",
		"The shop in Bern opens at ten 【ROME】. The shop in Rome opens at ten 【9】.",
	]);
	expect(said.cited.map(([, quote]) => quote)).toEqual([ROME]);
	expect(said.counts).toEqual(counts(1, { not_supported: 3, no_such_excerpt: 1 }));
});

test("in a stream each stands behind the text it is for, and none is told after the message's end", async () => {
	const numbered = await numberOf(storeId);
	fake.answerWith([
		`By 【${numbered.rome}】, the shop in Rome`,
		" opens at ten. Its",
		` shop in Oslo opens at nine 【${numbered.oslo}`,
		"】.",
	]);
	const frames = await readFrames(t.url, { model: "m", input: QUESTION, tools: [fileSearch(storeId)] });
	const told = frames.flatMap(({ event, data }) => {
		if (event === "response.output_text.annotation.added") return [(data.annotation as { index: number }).index];
		return event === "response.output_text.delta"
			? [data.delta]
			: event === "response.output_text.done"
				? ["done"]
				: [];
	});
	expect(told).toEqual([
		"By",
		", the shop in Rome",
		" opens at ten. Its",
		2,
		" shop in Oslo opens at nine",
		65,
		".",
		"done",
	]);
});

describe("the document is read again before it is quoted", () => {
	async function meanwhile(change: (store: Awaited<ReturnType<typeof createStore>>) => Promise<unknown>) {
		const store = await createStore(t.client, { "rome.txt": FILES["rome.txt"] });
		fake.answerWith(["The shop in Rome opens at ten 【1】."]);
		fake.requests.length = 0;
		fake.setPaused(true);
		const asked = t.client.responses.create({ model: "m", input: QUESTION, tools: [fileSearch(store.id)] });
		await until("the model to be asked", () => fake.requests.length > 0);
		await change(store);
		fake.setPaused(false);
		const response = await asked;
		return { cited: citationsOf(response), ...(response as unknown as { receipt: { citations: unknown } }).receipt };
	}

	test("and not quoted where it was removed meanwhile", async () => {
		const gone = await meanwhile(({ fileIds }) => t.client.files.delete(fileIds["rome.txt"] as string));
		expect(gone).toMatchObject({ cited: [], citations: counts(0, { not_in_document: 1 }) });
	});

	test("nor where it says something else there", async () => {
		const other = await meanwhile(({ fileIds }) =>
			t.service.db.query(
				`UPDATE document_parts SET text = replace(text, 'ten', 'six') WHERE document_id = (SELECT document_id FROM files WHERE id = $1)`,
				[fileIds["rome.txt"]],
			),
		);
		expect(other).toMatchObject({ cited: [], citations: counts(0, { not_in_document: 1 }) });
	});
});
