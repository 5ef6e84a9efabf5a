import { setTimeout as sleep } from "node:timers/promises";
import { watchMemory } from "../memory.ts";
import type { Usage } from "../search/embedder.ts";
import type { Running } from "../search/excerpt.ts";
import { type CpuTime, cpuBetween, cpuTime } from "./cpu-time.ts";

/** What is different in the new index. */
export type Settings = { chunking_strategy?: object; embedding_model?: null; activate?: "manual" };

export type Built = {
	id: string;
	/** As chunk ids name it. */
	number: number;
	chunks: number;
	/** Until its chunks are written and their weights right. */
	writing: { seconds: number; cpu: CpuTime };
	/** Until it is complete, with its vector index where it is large enough for one. */
	seconds: number;
	/** The most that the service resided in, in MB. */
	peakMb: number;
};

const POLL_MS = 20;

/** Builds another index of the store and watches it. */
export async function measureBuild(running: Running, storeId: string, settings: Settings): Promise<Built> {
	const { client, db, pid } = running;
	const memory = watchMemory(pid);
	memory.take();
	const before = await cpuTime(pid, db);
	const started = performance.now();
	const { id } = await client.post<{ id: string }>(`/vector_stores/${storeId}/indexes`, { body: settings });
	let writing: Built["writing"] | undefined;
	for (;;) {
		const { number, stage, status, chunks, error } = await look(running, id);
		if (error) throw new Error(`the index failed: ${error}`);
		const complete = status === "ready" || status === "active";
		const seconds = (performance.now() - started) / 1000;
		if (!writing && (complete || stage === "index_vectors")) {
			writing = { seconds, cpu: cpuBetween(before, await cpuTime(pid, db)) };
		}
		if (complete && writing) {
			const peakMb = memory.take().process;
			memory.stop();
			return { id, number, chunks, writing, seconds, peakMb };
		}
		await sleep(POLL_MS);
	}
}

/** Chunks written a second of processor time, of the service and the database together. */
export function chunksPerCore({ chunks, writing: { cpu } }: Built): number {
	return chunks / (cpu.service + cpu.database);
}

/**
 * What the embedder was sent since the last time. It counts the tokens now, and answers nobody meanwhile: a question that came
 * then waited 3.4 s for its vector. To be asked when nobody else asks.
 */
export async function takeUsage({ embeddingUrl }: Running): Promise<Usage> {
	return (await fetch(`${embeddingUrl}/usage`)).json() as Promise<Usage>;
}

/** Removes an index, and waits until nothing is left of it that the next measurement could meet. */
export async function removeIndex({ client, db }: Running, storeId: string, id: string): Promise<void> {
	await client.delete(`/vector_stores/${storeId}/indexes/${id}`);
	while ((await db.query("SELECT FROM indexes WHERE public_id = $1", [id])).rowCount !== 0) await sleep(100);
	await db.query("VACUUM ANALYZE");
}

type Look = { number: number; stage: string | null; status: string; chunks: number; error: string | null };

async function look({ db }: Running, id: string): Promise<Look> {
	const { rows } = await db.query<Look>(
		`SELECT id::int AS number, stage, status, chunk_count::int AS chunks,
			CASE WHEN status IN ('failed', 'cancelled') THEN coalesce(last_error->>'message', status) END AS error
		 FROM indexes WHERE public_id = $1`,
		[id],
	);
	return rows[0] as Look;
}
