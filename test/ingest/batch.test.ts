import fc from "fast-check";
import { expect, test } from "vitest";
import { batchChunks } from "../../ingest/batch.ts";
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
