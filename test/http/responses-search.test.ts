import type OpenAI from "openai";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { countTokens } from "../../src/models/tokens.ts";
import { citationsOf, fileSearch, lastExcerpts, lastMessages, resultsOf } from "../support/ask.ts";
import { type FakeOpenAI, startFakeOpenAI } from "../support/fake-openai.ts";
import { indexOf, untilSettled } from "../support/index-state.ts";
import { startTestService, type TestService } from "../support/service.ts";
import { createStore } from "../support/upload.ts";

let fake: FakeOpenAI;
let t: TestService;
let offices: Awaited<ReturnType<typeof createStore>>;
let other: Awaited<ReturnType<typeof createStore>>;
const towns = ["Rome", "Oslo", "Bern", "Bonn", "Lima", "Riga"];
beforeAll(async () => {
	fake = await startFakeOpenAI();
	t = await startTestService({ OPENAI_BASE_URL: fake.url });
	const manual = (town: string) =>
		[1, 2, 3]
			.map(
				(n) =>
					`## Part ${n}\n\nThe office in ${town} opens door ${n} at ${6 + n}. ${`In ${town} we keep rule ${n} well. `.repeat(12)}`,
			)
			.join("\n\n");
	offices = await createStore(t.client, Object.fromEntries(towns.map((town, n) => [`${n}.md`, manual(town)])));
	for (const [n, id] of Object.values(offices.fileIds).entries()) {
		const attributes = { town: towns[n] as string, year: 2020 + n };
		await t.client.vectorStores.files.update(id, { vector_store_id: offices.id, attributes });
	}
	// Until then a score may change between one answer and the next.
	await untilSettled(t.service.db, (await indexOf(t.service.db, offices.id)).id);
	other = await createStore(t.client, { "lighthouse.txt": "The lighthouse keeper opens his office at midnight." });
});
beforeEach(() => {
	fake.requests.length = 0;
});
afterAll(async () => {
	await t.stop();
	await fake.stop();
});

const ask = (input: string, tools: OpenAI.Responses.Tool[], options = {}) =>
	t.client.responses.create({ model: "fake-model", input, tools, include: ["file_search_call.results"], ...options });

const QUESTION = "When does the office open its doors?";

test("a filter on attributes decides which files an answer may come from", async () => {
	const filters = { type: "eq" as const, key: "town", value: "Bern" };
	const response = await ask(QUESTION, [fileSearch(offices.id, { filters })]);
	const names = new Set([...(resultsOf(response) ?? []), ...citationsOf(response)].map((source) => source.filename));
	expect([...names]).toEqual(["2.md"]);
	expect(resultsOf(response)?.[0]?.attributes).toEqual({ town: "Bern", year: 2022 });
	expect(lastExcerpts(fake)).toContain("Bern");
	expect(lastExcerpts(fake)).not.toMatch(/Rome|Oslo|Bonn|Lima|Riga/);
	expect(response.tools).toMatchObject([{ filters }]);
});

test("a compound filter is understood, and one that nothing fits finds nothing", async () => {
	const later = { type: "gte" as const, key: "year", value: 2024 };
	const notLima = { type: "ne" as const, key: "town", value: "Lima" };
	const both = await ask(QUESTION, [fileSearch(offices.id, { filters: { type: "and", filters: [later, notLima] } })]);
	expect(new Set(resultsOf(both)?.map((result) => result.filename))).toEqual(new Set(["5.md"]));
	const none = await ask(QUESTION, [fileSearch(offices.id, { filters: { type: "eq", key: "town", value: "Paris" } })]);
	expect(resultsOf(none)).toEqual([]);
	expect(lastExcerpts(fake)).toBe("No excerpt of the documents fits the question.");
});

test.each([1, 4])("max_num_results %i brings so many, the best", async (limit) => {
	const all = resultsOf(await ask(QUESTION, [fileSearch(offices.id, { max_num_results: 50 })]));
	const some = resultsOf(await ask(QUESTION, [fileSearch(offices.id, { max_num_results: limit })]));
	expect(some).toEqual(all?.slice(0, limit));
	expect(all?.length).toBeGreaterThan(limit);
});

test("without max_num_results as many passages are considered as the context may hold, though 20 is what is told", async () => {
	const facts = Array.from({ length: 70 }, (_, n) => `Kiosk ${n} sells tea.`).join("\n\n");
	const chunking_strategy = { type: "sentence", sentence: { max_tokens: 50 } } as never;
	const store = await createStore(t.client, { "kiosks.txt": `${facts}\n` }, { chunking_strategy });
	const question = "Which kiosk sells tea?";
	const response = await ask(question, [fileSearch(store.id)]);
	expect(response.tools).toMatchObject([{ max_num_results: 20 }]);
	const sent = lastExcerpts(fake).match(/Kiosk \d+ sells/g)?.length ?? 0;
	await ask(question, [fileSearch(store.id, { max_num_results: 2 })]);
	const named = lastExcerpts(fake).match(/Kiosk \d+ sells/g)?.length ?? 0;
	expect(sent).toBeGreaterThan(named);
	expect(sent).toBe(70);
});

test("results come best first, and none below the threshold", async () => {
	const question = "When does the office in Rome open door 2?";
	const all = resultsOf(await ask(question, [fileSearch(offices.id)])) ?? [];
	const scores = all.map((result) => result.score as number);
	expect(scores).toEqual(scores.toSorted((a, b) => b - a));
	const middle = ((scores[0] as number) + (scores.at(-1) as number)) / 2;
	const kept = resultsOf(
		await ask(question, [fileSearch(offices.id, { ranking_options: { score_threshold: middle } })]),
	);
	expect(kept).toEqual(all.filter((result) => (result.score as number) >= middle));
	expect(kept?.length).toBeLessThan(all.length);
	expect(kept?.length).toBeGreaterThan(0);
});

test("one tool asks several stores", async () => {
	const stores = fileSearch([offices.id, other.id, other.id], { max_num_results: 50 });
	const results = resultsOf(await ask("When does the lighthouse keeper open his office?", [stores])) ?? [];
	expect(results[0]?.filename).toBe("lighthouse.txt");
	expect(results.filter((result) => result.filename === "lighthouse.txt")).toHaveLength(1);
	expect(results.some((result) => result.filename === "0.md")).toBe(true);
	expect(results.length).toBeLessThanOrEqual(50);
});

test("tool_choice none asks no documents", async () => {
	const response = await ask(QUESTION, [fileSearch(offices.id)], { tool_choice: "none" });
	expect(response.output.map((item) => item.type)).toEqual(["message"]);
	expect(lastMessages(fake)).toEqual([{ role: "user", content: QUESTION }]);
	expect(response.tools).toHaveLength(1);
});

test.each(["auto", "required", { type: "file_search" }] as const)("tool_choice %j asks them", async (tool_choice) => {
	const response = await ask(QUESTION, [fileSearch(offices.id)], { tool_choice });
	expect(response.output.map((item) => item.type)).toEqual(["file_search_call", "message"]);
	expect(response.tool_choice).toEqual(tool_choice);
});

test.each([200, 600, 1_500])("a context of %i tokens is never exceeded, and used", async (passage_tokens) => {
	const tool = fileSearch(offices.id, { max_num_results: 50 });
	const response = await ask(QUESTION, [tool], { context: { passage_tokens } });
	const tokens = countTokens(lastExcerpts(fake));
	expect(tokens).toBeLessThanOrEqual(passage_tokens);
	expect(tokens).toBeGreaterThan(passage_tokens / 3);
	expect(response).toMatchObject({ receipt: { tokens: { passages: tokens } } });
});

test("what does not fit is named on the receipt", async () => {
	const tool = fileSearch(offices.id, { max_num_results: 50 });
	const response = await ask(QUESTION, [tool], { context: { passage_tokens: 200 } });
	const reasons = (response as unknown as { receipt: { passages: { dropped: { reason: string }[] } } }).receipt
		.passages;
	expect(reasons.dropped.map((entry) => entry.reason)).toContain("over_budget");
});

test("what stands beside the best passages is sent too while there is room, but never beside a row", async () => {
	const filler = (n: number) =>
		`Paragraph ${n} is on gardens. ${`Nothing else is said in the part numbered ${n}. `.repeat(9)}`;
	const prose = [1, 2, 3, 4, 5, 6, 7].map((n) => (n === 4 ? `The zeppelin landed at noon. ${filler(n)}` : filler(n)));
	const rows = [1, 2, 3, 4, 5].map((n) => `${n},${n === 3 ? "airship" : "garden"},${`cell ${n} `.repeat(60)}`);
	const store = await createStore(t.client, {
		"day.txt": prose.join("\n\n"),
		"table.csv": ["number,kind,text", ...rows].join("\n"),
	});
	await ask("When did the zeppelin land?", [fileSearch(store.id)]);
	for (const n of [3, 4, 5]) expect(lastExcerpts(fake)).toContain(`Paragraph ${n} is on gardens`);
	expect(lastExcerpts(fake)).not.toMatch(/Paragraph [1267] is on gardens/);

	await ask("When did the zeppelin land?", [fileSearch(store.id)], { context: { passage_tokens: 150 } });
	expect(lastExcerpts(fake)).toContain("Paragraph 4 is on gardens");
	expect(lastExcerpts(fake)).not.toMatch(/Paragraph [1-3567] is on gardens/);

	// Who says how many results, or how good ones, gets no others.
	for (const options of [{ max_num_results: 1 }, { ranking_options: { score_threshold: 0.1 } }]) {
		const response = await ask("When did the zeppelin land?", [fileSearch(store.id, options)]);
		expect(resultsOf(response)).toHaveLength(1);
		expect(lastExcerpts(fake)).not.toMatch(/Paragraph [1-3567] is on gardens/);
	}

	const response = await ask("What is with the airship?", [fileSearch(store.id)]);
	expect(resultsOf(response)?.map(({ text }) => /number: (\d)/.exec(text ?? "")?.[1])).toEqual(["3"]);
});
