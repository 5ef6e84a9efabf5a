import type { ChunkDraft } from "../src/types.ts";

/** Collects chunks into batches of at most so many, and so many tokens with their context lines. */
export async function* batchChunks(
	chunks: AsyncIterable<ChunkDraft>,
	limits: { count: number; tokens: number },
): AsyncGenerator<ChunkDraft[]> {
	let batch: ChunkDraft[] = [];
	let tokens = 0;
	for await (const chunk of chunks) {
		// The context line is at most 300 characters; 100 tokens are more than it takes.
		const size = chunk.tokens + (chunk.context ? 100 : 0);
		if (batch.length > 0 && (batch.length === limits.count || tokens + size > limits.tokens)) {
			yield batch;
			batch = [];
			tokens = 0;
		}
		batch.push(chunk);
		tokens += size;
	}
	if (batch.length > 0) yield batch;
}

/**
 * Joins batches until one has at least so many items, or until the next has kept it waiting for so long: what was paid
 * for is not left lying about in memory while a slow server thinks.
 */
export async function* regroup<Item>(
	batches: AsyncIterable<Item[]>,
	count: number,
	patienceMs: number,
): AsyncGenerator<Item[]> {
	const source = batches[Symbol.asyncIterator]();
	let group: Item[] = [];
	try {
		for (let next = source.next(); ; ) {
			const step = group.length === 0 ? await next : await Promise.race([next, after(patienceMs)]);
			if (step?.done) break;
			if (step) {
				group = group.length === 0 ? step.value : [...group, ...step.value];
				next = source.next();
				// Heard when it is awaited; until then a failure must not count as unhandled.
				next.catch(() => {});
			}
			if (step && group.length < count) continue;
			yield group;
			group = [];
		}
	} finally {
		await source.return?.();
	}
	if (group.length > 0) yield group;
}

function after(milliseconds: number): Promise<undefined> {
	return new Promise((resolve) => setTimeout(resolve, milliseconds, undefined).unref());
}
