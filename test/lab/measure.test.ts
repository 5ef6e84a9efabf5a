import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { measure } from "../../lab/measure.ts";
import type { DocumentSpan } from "../../lab/spans.ts";
import { meansOf, winnersOf } from "../../lab/summarise.ts";

const at = (start: number, end: number, file_id = "a"): DocumentSpan => ({ file_id, start, end });
const nothing = { ranked: [], sent: [], contextTokens: 0 };

describe("measures", () => {
	test("of chunks of which the second holds all of the evidence", () => {
		const ranked = [at(0, 100), at(100, 200), at(200, 300)];
		expect(measure([at(120, 140)], { ranked, sent: [at(0, 100)], contextTokens: 25 })).toEqual({
			recall_at: { 1: 0, 3: 1, 5: 1, 10: 1 },
			recall_in_budget: 0,
			reciprocal_rank: 1 / 2,
			precision: 20 / 300,
			iou: 20 / 300,
			context_tokens: 25,
		});
	});

	test("of evidence that is cut in two", () => {
		const found = measure([at(90, 130)], { ...nothing, ranked: [at(0, 100), at(500, 600), at(100, 200)] });
		expect(found.recall_at).toEqual({ 1: 0.25, 3: 1, 5: 1, 10: 1 });
		expect(found.reciprocal_rank).toBe(1);
	});

	test("of overlapping passages count the overlap as retrieved twice and as found once", () => {
		const { precision, iou, recall_at } = measure([at(50, 100)], { ...nothing, ranked: [at(0, 100), at(50, 150)] });
		expect(recall_at["5"]).toBe(1);
		expect(precision).toBe(50 / 200);
		expect(iou).toBe(50 / 200);
	});

	test("of what was not found at all are 0", () => {
		const found = measure([at(0, 10)], { ...nothing, ranked: [at(0, 10, "b"), at(10, 20)], sent: [at(10, 20)] });
		expect(found).toMatchObject({ recall_in_budget: 0, reciprocal_rank: 0, precision: 0, iou: 0 });
		expect(measure([at(0, 10)], nothing)).toMatchObject({ recall_in_budget: 0, precision: 0, iou: 0 });
	});

	test("look at the best five passages for precision and IoU", () => {
		const ranked = [1, 2, 3, 4, 5].map((place) => at(100 * place, 100 * place + 10));
		const { precision, iou, recall_at } = measure([at(0, 10)], { ...nothing, ranked: [...ranked, at(0, 10)] });
		expect([precision, iou, recall_at["5"], recall_at["10"]]).toEqual([0, 0, 0, 1]);
	});

	test("of evidence that stands in several places are those of the best", () => {
		const ranked = [at(300, 400), at(90, 105)];
		const evidence = {
			...at(0, 20),
			elsewhere: [
				{ start: 100, end: 120 },
				{ start: 310, end: 330 },
			],
		};
		const found = measure([evidence], { ranked, sent: [at(90, 110)], contextTokens: 5 });
		expect(found).toMatchObject({ recall_at: { 1: 1, 3: 1 }, recall_in_budget: 0.5, reciprocal_rank: 1 });
		// Finding it again is no gain.
		expect(found.precision).toBe(20 / 115);
		expect(found.iou).toBe(20 / 115);
		expect(measure([evidence, at(100, 120)], { ranked, sent: ranked, contextTokens: 5 }).recall_in_budget).toBe(
			25 / 40,
		);
	});

	const span = fc
		.record({ file_id: fc.constantFrom("a", "b"), start: fc.nat(200), length: fc.integer({ min: 1, max: 50 }) })
		.map(({ file_id, start, length }) => at(start, start + length, file_id));

	test("are shares, recall grows with k, and IoU is at most precision and recall", () => {
		fc.assert(
			fc.property(
				fc.array(span, { minLength: 1, maxLength: 4 }),
				fc.array(span, { maxLength: 15 }),
				(evidence, ranked) => {
					const found = measure(evidence, { ranked, sent: ranked, contextTokens: 1 });
					const recalls = [1, 3, 5, 10].map((k) => found.recall_at[k] as number);
					const shares = [...recalls, found.recall_in_budget, found.reciprocal_rank, found.precision, found.iou];
					for (const share of shares) expect(share >= 0 && share <= 1).toBe(true);
					expect(recalls.toSorted((a, b) => a - b)).toEqual(recalls);
					expect(found.recall_in_budget).toBeGreaterThanOrEqual(recalls.at(-1) as number);
					expect(found.iou).toBeLessThanOrEqual(found.precision);
					expect(found.iou).toBeLessThanOrEqual(found.recall_at["5"] as number);
					expect(found.reciprocal_rank > 0).toBe(ranked.some((one) => measure(evidence, only(one)).precision > 0));
				},
			),
		);
	});
	test("of evidence in several places recall as much as that of the place that is found best", () => {
		fc.assert(
			fc.property(fc.array(span, { minLength: 1, maxLength: 5 }), fc.array(span, { maxLength: 15 }), (all, sent) => {
				const places = all.map((one) => ({ ...one, file_id: "a" }));
				const [first, ...elsewhere] = places as [DocumentSpan, ...DocumentSpan[]];
				const recall = (evidence: DocumentSpan) => measure([evidence], { ...nothing, sent }).recall_in_budget;
				expect(recall({ ...first, elsewhere } as DocumentSpan)).toBe(Math.max(...places.map((one) => recall(one))));
			}),
		);
	});
	const only = (one: DocumentSpan) => ({ ...nothing, ranked: [one] });
});

test("means count each question the same", () => {
	const some = measure([at(0, 10)], { ranked: [at(0, 10)], sent: [at(0, 10)], contextTokens: 100 });
	const none = measure([at(0, 1000)], { ...nothing, contextTokens: 50 });
	expect(meansOf([some, none])).toEqual({
		recall_at: { 1: 0.5, 3: 0.5, 5: 0.5, 10: 0.5 },
		recall_in_budget: 0.5,
		reciprocal_rank: 0.5,
		precision: 0.5,
		iou: 0.5,
		context_tokens: 75,
	});
});

test.each([
	[[1, 0], ["a"], ["b"]],
	[[0.5, 0.5], [], []],
	[[0, 0], [], []],
	[[0.5, 1, 0.2], ["b"], ["c"]],
	[[1, 1, 0.2], ["a", "b"], ["c"]],
	[[1, 0.995, 0.2], ["a", "b"], ["c"]],
	[[0.999, 1], [], []],
])("of shares %j %j win and %j lose", (shares, won_by, lost_by) => {
	expect(winnersOf(["a", "b", "c"].slice(0, shares.length), shares)).toEqual({ won_by, lost_by });
});
