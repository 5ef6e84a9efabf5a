import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { buildContext, excerptOf, passagesFor } from "../../src/ask/context.ts";
import { renderExcerpts } from "../../src/ask/prompt.ts";
import { countTokens } from "../../src/models/tokens.ts";
import type { Passage } from "../../src/types.ts";
import { passage } from "../support/passage.ts";

const words = (from: number, count: number) =>
	Array.from({ length: count }, (_, place) => `word${from + place}`).join(" ");

describe("the budget", () => {
	const rows = [1, 2, 3, 4].map((n) => passage({ text: words(n * 1000, 40), start: n * 10_000, score: 1 - n / 100 }));
	const one = (rows[0] as Passage).tokens + 60;

	test.each([1, 2, 3, 4])("room for %i passages sends so many, the best first", (fitting) => {
		const { sent, dropped } = buildContext(rows, one * fitting);
		expect(sent.map((excerpt) => excerpt.passages)).toEqual(rows.slice(0, fitting).map((row) => [row]));
		expect(dropped).toEqual(rows.slice(fitting).map((row) => ({ passage: row, reason: "over_budget" })));
	});

	test("of the best passage as much is sent as fits where it alone is over the budget, and nothing beside it", () => {
		const [best] = rows as [Passage];
		const { sent, tokens } = buildContext(rows, 100);
		const [part, ...more] = sent.flatMap((excerpt) => excerpt.passages);
		expect(more).toEqual([]);
		expect(part).toMatchObject({ chunk_id: best.chunk_id, start: best.start });
		expect(best.text.startsWith(part?.text ?? "-")).toBe(true);
		expect(part?.text).toHaveLength((part?.end ?? 0) - best.start);
		expect(tokens).toBeLessThanOrEqual(100);
		expect(tokens).toBeGreaterThan(90);
	});

	test("nothing is sent where not even a letter has room", () => {
		expect(buildContext(rows, 1).sent).toEqual([]);
	});

	test("a passage that fits is sent after one that did not", () => {
		const [best, long, short] = [
			passage({ text: words(0, 30), score: 0.9 }),
			passage({ text: words(100, 500), start: 10_000, score: 0.8 }),
			passage({ text: words(700, 10), start: 20_000, score: 0.7 }),
		] as const;
		const { sent, dropped } = buildContext([best, long, short], 400);
		expect(sent.flatMap((excerpt) => excerpt.passages)).toEqual([best, short]);
		expect(dropped).toEqual([{ passage: long, reason: "over_budget" }]);
	});

	test("long names of files, headings and contexts count too", () => {
		const wordy = rows.map((row) => ({
			...row,
			filename: `${words(1, 30)}.pdf`,
			context: words(50, 30),
			location: { page_start: 3, headings: [words(90, 30), words(150, 30)] },
		}));
		const { sent } = buildContext(wordy, 1_500);
		expect(sent.length).toBeGreaterThan(1);
		expect(countTokens(renderExcerpts(sent))).toBeLessThanOrEqual(1_500);
	});
});

describe("neighbours of what is sent", () => {
	const text = words(0, 300);
	const slice = (start: number, end: number, score: number) => passage({ text: text.slice(start, end), start, score });
	const best = slice(400, 800, 0.9);
	const before = slice(0, 400, 0);
	const after = slice(800, 1_200, 0);

	test("come along where there is room, as one excerpt with it", () => {
		const { sent } = buildContext([best], 2_000, { neighbours: [before, after] });
		expect(sent.map(({ text }) => text)).toEqual([text.slice(0, 1_200)]);
	});

	test("come only into what the passages leave of the budget", () => {
		const other = passage({ text: words(5_000, 60), start: 50_000, score: 0.5 });
		const budget = best.tokens + other.tokens + before.tokens / 2 + 60;
		const { sent, dropped } = buildContext([best, other], budget, { neighbours: [before, after] });
		expect(sent.flatMap(({ passages }) => passages)).toEqual([best, other]);
		expect(dropped).toEqual([]);
	});

	test("of a passage that is not sent stay away", () => {
		const low = slice(400, 800, 0.1);
		const top = passage({ text: words(5_000, 60), start: 50_000, score: 0.9 });
		const { sent } = buildContext([top, low], 2_000, { neighbours: [before, after] });
		expect(sent.flatMap(({ passages }) => passages)).toEqual([top]);
	});

	test("are sent with the score that a search gave them, and are then not among the dropped", () => {
		const fallen = { ...after, score: 0.1 };
		const { sent, dropped } = buildContext([best, fallen], 2_000, { neighbours: [after] });
		expect(sent.flatMap(({ passages }) => passages)).toEqual([best, fallen]);
		expect(dropped).toEqual([]);
	});
});

describe("a further search of the same turn", () => {
	const [first, second, third] = [1, 2, 3].map((n) =>
		passage({ text: words(n * 1000, 40), start: n * 10_000, score: 1 - n / 100 }),
	) as [Passage, Passage, Passage];
	const before = buildContext([first], 2_000).sent;

	test("brings what was not sent before, and its numbers go on", () => {
		const { sent, dropped } = buildContext([first, second, third], 2_000, { before });
		expect(sent.map(({ number, passages }) => [number, passages])).toEqual([
			[2, [second]],
			[3, [third]],
		]);
		expect(dropped).toEqual([{ passage: first, reason: "duplicate" }]);
	});

	test("brings nothing where no room is left", () => {
		expect(buildContext([second], 1, { before })).toEqual({
			sent: [],
			dropped: [{ passage: second, reason: "over_budget" }],
			tokens: 0,
		});
	});

	test("takes what its excerpts take in the prompt", () => {
		const { sent, tokens } = buildContext([second, third], 2_000, { before });
		expect(tokens).toBeGreaterThanOrEqual(countTokens(renderExcerpts(sent)));
		expect(tokens).toBeLessThan(countTokens(renderExcerpts(sent)) + 5);
	});
});

describe("what says nothing new is dropped", () => {
	const best = passage({ text: "The tower of Pisa leans to one side because the ground beneath it is soft and wet." });

	test("a passage inside one that is sent", () => {
		const inside = passage({ text: best.text.slice(4, 40), start: 4, score: 0.9 });
		expect(buildContext([best, inside], 2_000).dropped).toEqual([{ passage: inside, reason: "duplicate" }]);
	});

	test("a copy in another file", () => {
		const copy = passage({
			text: best.text.replaceAll(" ", "\n").replace("leans", "slopes"),
			document_id: "doc_b",
			score: 0.9,
		});
		expect(buildContext([best, copy], 2_000).dropped).toEqual([{ passage: copy, reason: "duplicate" }]);
	});

	test("but not rows that differ in one word, nor sentences that differ in a figure or a name", () => {
		const row = passage({ text: "Name: Ann; City: Rome; Age: 40", start: 100, score: 0.9 });
		const other = passage({ text: "Name: Bob; City: Rome; Age: 40", start: 200, score: 0.9 });
		const year = "In the year 2018 the company sold more of its red shoes than ever before in all of Europe.";
		const years = [year, year.replace("2018", "2019"), year.replace("Europe", "Africa")].map((text, n) =>
			passage({ text, document_id: `doc_${n}`, score: 0.9 }),
		);
		expect(buildContext([row, other, ...years], 2_000).dropped).toEqual([]);
	});
});

test("passages far below the best are dropped for it", () => {
	const scores = [0.8, 0.25, 0.23, 0.01];
	const passages = scores.map((score, n) => passage({ text: words(n * 100, 10), start: n * 1000, score }));
	const { sent, dropped } = buildContext(passages, 2_000);
	expect(sent).toHaveLength(2);
	expect(dropped.map(({ passage, reason }) => [passage.score, reason])).toEqual([
		[0.23, "score_fell_off"],
		[0.01, "score_fell_off"],
	]);
});

test("a larger budget takes what stands further below the best, in proportion; a smaller one does not take less", () => {
	const scores = [0.8, 0.25, 0.23, 0.13, 0.11];
	const passages = scores.map((score, n) => passage({ text: words(n * 100, 10), start: n * 1000, score }));
	const sentOf = (budget: number) => buildContext(passages, budget).sent.length;
	expect([1_000, 2_000, 4_000, 8_000].map(sentOf)).toEqual([2, 2, 4, 5]);
});

test.each([
	[100, 20],
	[2_000, 100],
	[8_000, 400],
	[1_000_000, 400],
])("for a budget of %i tokens %i passages are considered", (budget, count) => {
	expect(passagesFor(budget)).toBe(count);
});

test("nothing found is nothing sent", () => {
	expect(buildContext([], 2_000)).toEqual({ sent: [], dropped: [], tokens: 0 });
});

describe("neighbours become one excerpt", () => {
	const text = "First sentence here.\nSecond one follows.\n\nThird stands apart from them.";
	const slice = (start: number, end: number, fields: Partial<Passage> = {}) =>
		passage({ text: text.slice(start, end), start, ...fields });

	test("adjacent ones in reading order, whichever scored higher", () => {
		const { sent } = buildContext([slice(21, 40, { score: 0.9 }), slice(0, 20, { score: 0.8 })], 2_000);
		expect(sent).toMatchObject([{ number: 1, text: "First sentence here.\nSecond one follows.", score: 0.9 }]);
	});

	test("what overlaps is sent once", () => {
		const { sent } = buildContext([slice(0, 30), slice(21, 60), slice(50, text.length)], 2_000);
		expect(sent.map((excerpt) => excerpt.text)).toEqual([text]);
	});

	test("one in the middle joins both sides", () => {
		const passages = [slice(0, 20), slice(42, 60), slice(21, 40)];
		const { sent } = buildContext(passages, 2_000);
		expect(sent).toHaveLength(1);
		expect(sent[0]?.passages.map((one) => one.start)).toEqual([0, 21, 42]);
	});

	test("the context line stands once above passages that share it, and again where it changes", () => {
		const [a, b] = [slice(0, 20, { context: "Title › A" }), slice(21, 40, { context: "Title › A" })];
		expect(buildContext([a, b], 2_000).sent[0]?.text).toBe("Title › A\nFirst sentence here.\nSecond one follows.");
		expect(buildContext([a, { ...b, context: "Title › B" }], 2_000).sent[0]?.text).toBe(
			"Title › A\nFirst sentence here.\nTitle › B\nSecond one follows.",
		);
	});

	test("a passage that another one swallows leaves no line of its own", () => {
		const passages = [slice(5, 15, { context: "inner", score: 0.9 }), slice(0, 40, { context: "outer", score: 0.8 })];
		expect(buildContext(passages, 2_000).sent[0]?.text).toBe(`outer\n${text.slice(0, 40)}`);
	});

	test("places in two documents are never neighbours", () => {
		expect(buildContext([slice(0, 20), slice(21, 40, { document_id: "doc_b" })], 2_000).sent).toHaveLength(2);
	});
});

describe("of any passages of any documents", () => {
	const documents = fc.array(fc.lorem({ maxCount: 120 }), { minLength: 1, maxLength: 3 });
	const cut = fc.record({
		document: fc.nat(2),
		start: fc.nat(700),
		length: fc.integer({ min: 1, max: 200 }),
		score: fc.double({ min: 0, max: 1, noNaN: true }),
	});
	const given = fc
		.tuple(documents, fc.array(cut, { maxLength: 20 }), fc.integer({ min: 10, max: 1_500 }))
		.map(([texts, cuts, budget]) => {
			const passages = cuts.flatMap(({ document, start, length, score }, n) => {
				const id = document % texts.length;
				const text = (texts[id] as string).slice(start, start + length);
				const context = `title ${id}`;
				const fields = { text, start, score, context, document_id: `doc_${id}`, chunk_id: `chunk_${n}` };
				return text ? [passage(fields)] : [];
			});
			return { texts, passages: passages.toSorted((a, b) => b.score - a.score), budget };
		});

	/** The parts of a document that a group of passages covers. */
	function covered(group: Passage[]): [start: number, end: number][] {
		const spans: [number, number][] = [];
		for (const { start, end } of group.toSorted((a, b) => a.start - b.start)) {
			const last = spans.at(-1);
			if (last && start <= last[1]) last[1] = Math.max(last[1], end);
			else spans.push([start, end]);
		}
		return spans;
	}

	test("what is over the budget would not have fitted", () => {
		const texts = fc.array(fc.lorem({ maxCount: 60, size: "max" }), { minLength: 2, maxLength: 12 });
		fc.assert(
			fc.property(texts, fc.integer({ min: 60, max: 600 }), (texts, budget) => {
				const passages = texts.map((text, n) => passage({ text, document_id: `doc_${n}`, chunk_id: `chunk_${n}` }));
				const { dropped, tokens } = buildContext(passages, budget);
				for (const { passage, reason } of dropped) {
					if (reason === "over_budget") expect(tokens + excerptOf([passage]).tokens).toBeGreaterThan(budget);
				}
			}),
			{ numRuns: 300 },
		);
	});

	test("each is sent or dropped, once, and the best is among the sent where anything is", () => {
		fc.assert(
			fc.property(given, ({ passages, budget }) => {
				const { sent, dropped } = buildContext(passages, budget);
				const ids = [...sent.flatMap((e) => e.passages), ...dropped.map((d) => d.passage)].map((p) => p.chunk_id);
				expect(ids.toSorted()).toEqual(passages.map((p) => p.chunk_id).toSorted());
				if (sent.length > 0) expect(sent[0]?.passages.map((p) => p.chunk_id)).toContain(passages[0]?.chunk_id);
				expect(sent.map((e) => e.number)).toEqual(sent.map((_, place) => place + 1));
			}),
		);
	});

	test("what is sent fits the budget", () => {
		fc.assert(
			fc.property(given, ({ passages, budget }) => {
				const { sent } = buildContext(passages, budget);
				for (const excerpt of sent) expect(excerpt.tokens).toBe(countTokens(excerpt.text));
				if (sent.length > 0) expect(countTokens(renderExcerpts(sent))).toBeLessThanOrEqual(budget);
			}),
		);
	});

	test("an excerpt is its context line and exact slices of one document, none of them sent twice", () => {
		fc.assert(
			fc.property(given, ({ texts, passages, budget }) => {
				const seen: Record<string, [number, number][]> = {};
				for (const { passages: group, text } of buildContext(passages, budget).sent) {
					const id = group[0]?.document_id as string;
					const document = texts[Number(id.slice(4))] as string;
					const spans = covered(group);
					const slices = spans.map(([start, end]) => document.slice(start, end));
					expect(text).toBe(`title ${id.slice(4)}\n${slices.join("\n")}`);
					expect(group.every((p) => p.document_id === id)).toBe(true);
					for (const [start, end] of spans) {
						for (const [from, to] of seen[id] ?? []) expect(start >= to || end <= from).toBe(true);
					}
					seen[id] = [...(seen[id] ?? []), ...spans];
				}
			}),
		);
	});
});
