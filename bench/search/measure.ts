import { quantile } from "../table.ts";

/** Seconds that the throughput of several clients is measured for. */
export const SECONDS = 15;

export type Latency = { p50: number; p95: number };

/** Milliseconds of each call, one after another, after a warm-up. */
export async function latency<T>(items: T[], warmUp: number, call: (item: T) => Promise<unknown>): Promise<Latency> {
	for (const item of items.slice(0, warmUp)) await call(item);
	const times: number[] = [];
	for (const item of items.slice(warmUp)) {
		const started = performance.now();
		await call(item);
		times.push(performance.now() - started);
	}
	return { p50: quantile(times, 0.5), p95: quantile(times, 0.95) };
}

/** Calls a second with so many clients at once, each asking on as soon as it was answered. */
export async function throughput<T>(items: T[], clients: number, call: (item: T) => Promise<unknown>): Promise<number> {
	const until = performance.now() + 1000 * SECONDS;
	let place = 0;
	let done = 0;
	const started = performance.now();
	await Promise.all(
		Array.from({ length: clients }, async () => {
			while (performance.now() < until) {
				await call(items[place++ % items.length] as T);
				done++;
			}
		}),
	);
	return done / ((performance.now() - started) / 1000);
}

/** Of the true nearest, how many were found: the mean over all questions. */
export function recall(found: (number | string)[][], truth: (number | string)[][]): number {
	const shares = truth.map((ids, place) => {
		const got = new Set(found[place]);
		return ids.filter((id) => got.has(id)).length / ids.length;
	});
	return shares.reduce((sum, share) => sum + share, 0) / shares.length;
}

/** So many of the items, from all over the list, always the same. */
export function spread<T>(items: T[], count: number): T[] {
	return Array.from({ length: Math.min(count, items.length) }, (_, n) => items[(n * 7919) % items.length] as T);
}
