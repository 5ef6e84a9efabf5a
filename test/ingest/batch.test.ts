import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { batchChunks, regroup } from "../../ingest/batch.ts";
import type { ChunkDraft } from "../../src/types.ts";

const chunks = fc.array(
	fc
		.record({ tokens: fc.integer({ min: 1, max: 600 }), context: fc.constantFrom("", "report.pdf › A") })
		.map((given): ChunkDraft => ({ start: 0, end: 1, text: "x", location: {}, ...given })),
	{ maxLength: 40 },
);

async function* each<T>(items: T[]) {
	yield* items;
}

test("batches hold all chunks in order, each within both limits unless it is a single chunk", () =>
	fc.assert(
		fc.asyncProperty(
			chunks,
			fc.integer({ min: 1, max: 10 }),
			fc.integer({ min: 1, max: 1500 }),
			async (given, count, tokens) => {
				const batches = await Array.fromAsync(batchChunks(each(given), { count, tokens }));
				expect(batches.flat()).toEqual(given);
				for (const batch of batches) {
					expect(batch.length).toBeGreaterThan(0);
					expect(batch.length).toBeLessThanOrEqual(count);
					const size = batch.reduce((sum, chunk) => sum + chunk.tokens + (chunk.context ? 100 : 0), 0);
					if (batch.length > 1) expect(size).toBeLessThanOrEqual(tokens);
				}
			},
		),
	));

test("a batch is given out only when the next chunk does not fit", async () => {
	const given = [400, 400, 400].map(
		(tokens): ChunkDraft => ({ start: 0, end: 1, text: "x", context: "", location: {}, tokens }),
	);
	const batches = await Array.fromAsync(batchChunks(each(given), { count: 10, tokens: 800 }));
	expect(batches.map((batch) => batch.length)).toEqual([2, 1]);
});

describe("regroup", () => {
	const FOREVER = 1_000_000;
	/** A source that gives what it is told to, when it is told to, and says whether it was closed. */
	function handFed() {
		const waiting: PromiseWithResolvers<IteratorResult<number[]>>[] = [];
		const source = {
			closed: false,
			asked: () => waiting.length,
			answer: (value: number[]) => waiting.shift()?.resolve({ done: false, value }),
			fail: (error: Error) => waiting.shift()?.reject(error),
			[Symbol.asyncIterator]: () => ({
				next: () => {
					const asked = Promise.withResolvers<IteratorResult<number[]>>();
					waiting.push(asked);
					return asked.promise;
				},
				return: async () => {
					source.closed = true;
					return { done: true as const, value: undefined };
				},
			}),
		};
		return source;
	}

	test("keeps all items in order, in whole batches, each group but the last of enough and none of more than needed", () =>
		fc.assert(
			fc.asyncProperty(
				fc.array(fc.array(fc.integer(), { minLength: 1, maxLength: 6 })),
				fc.integer({ min: 1, max: 12 }),
				async (batches, count) => {
					const groups = await Array.fromAsync(regroup(each(batches), count, FOREVER));
					expect(groups.flat()).toEqual(batches.flat());
					const ends = new Set(batches.map((_, place) => batches.slice(0, place + 1).flat().length));
					let end = 0;
					for (const [place, group] of groups.entries()) {
						end += group.length;
						expect(ends).toContain(end);
						if (place < groups.length - 1) expect(group.length).toBeGreaterThanOrEqual(count);
						expect(group.length).toBeLessThan(count + 6);
					}
				},
			),
		));

	test("gives out what it has when the next batch is slow, and that batch after it", async () => {
		const source = handFed();
		const groups = regroup(source, 10, 1);
		const first = groups.next();
		source.answer([1]);
		expect(await first).toEqual({ done: false, value: [1] });
		const second = groups.next();
		source.answer([2]);
		expect(await second).toEqual({ done: false, value: [2] });
		await groups.return(undefined);
	});

	test("asks for the next batch before it gives out a group", async () => {
		const source = handFed();
		const groups = regroup(source, 2, FOREVER);
		const first = groups.next();
		source.answer([1, 2]);
		await first;
		expect(source.asked()).toBe(1);
		await groups.return(undefined);
	});

	test("rejects as its source does, also while nobody waits, and closes it", async () => {
		const source = handFed();
		const groups = regroup(source, 1, FOREVER);
		const first = groups.next();
		source.answer([1]);
		await first;
		source.fail(new Error("gone"));
		// An unhandled rejection would show by now, and fail the run.
		await new Promise((resolve) => setTimeout(resolve, 20));
		await expect(groups.next()).rejects.toThrow("gone");
		expect(source.closed).toBe(true);
	});

	test("closes its source when its consumer leaves early", async () => {
		const source = handFed();
		const groups = regroup(source, 1, FOREVER);
		const first = groups.next();
		source.answer([1]);
		await first;
		await groups.return(undefined);
		expect(source.closed).toBe(true);
	});
});
