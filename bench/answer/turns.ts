import { setTimeout as sleep } from "node:timers/promises";
import { now } from "./clock.ts";
import { type Order, writeOrder } from "./order.ts";
import type { Running } from "./running.ts";

/** Whose documents are asked, and how: `lexical` asks no embedder. */
export type Asked = { storeId: string; mode: "lexical" | "hybrid"; questions: string[] };

/** Milliseconds that we add to one answer: until the upstream has its request, and from its first token to the client's. */
export type Added = { before: number; after: number };

export type Load = { streams: number; turns: number; tokens: number; pace: number };

let turns = 0;

/**
 * So many streams at once, each asking on as soon as it was answered. Where answers take their time the streams begin one
 * after the other within one answer, so that they do not ask all at the same moment.
 */
export async function measureLoad(running: Running, asked: Asked, load: Load): Promise<Added[]> {
	const seen = new Map<string, { asked: number; first: number }>();
	const { tokens, pace } = load;
	let begun = 0;
	await running.takeStamps();
	await Promise.all(
		Array.from({ length: load.streams }, async (_, stream) => {
			await sleep((stream / load.streams) * tokens * pace);
			while (begun < load.turns) {
				const question = asked.questions[begun++ % asked.questions.length] as string;
				const order = { id: String(turns++), tokens, pace };
				seen.set(order.id, await timeTurn(await ask(running, asked, question, order)));
			}
		}),
	);
	const stamps = await running.takeStamps();
	return [...seen].map(([id, { asked, first }]) => {
		const stamp = stamps[id];
		if (!stamp) throw new Error(`the stub was never asked for turn ${id}`);
		return { before: stamp.arrived - asked, after: first - stamp.sent };
	});
}

/** Opens so many streams that stay open after their first token; returns what closes them. */
export async function holdStreams(running: Running, asked: Asked, streams: number): Promise<() => Promise<void>> {
	const abort = new AbortController();
	const readers: ReadableStreamDefaultReader<Uint8Array>[] = [];
	for (let stream = 0; stream < streams; stream++) {
		const question = asked.questions[stream % asked.questions.length] as string;
		const order: Order = { id: String(turns++), tokens: 1, pace: "hold" };
		const { body } = await ask(running, asked, question, order, abort.signal);
		readers.push(await untilFirstToken(body));
	}
	return async () => {
		abort.abort();
		await Promise.allSettled(readers.map((reader) => reader.closed));
	};
}

type Open = { asked: number; body: ReadableStream<Uint8Array> };

async function ask(
	{ url }: Running,
	{ storeId, mode }: Asked,
	question: string,
	order: Order,
	signal?: AbortSignal,
): Promise<Open> {
	const hybrid_search = mode === "lexical" ? { embedding_weight: 0, text_weight: 1 } : undefined;
	const tool = { type: "file_search", vector_store_ids: [storeId], ranking_options: { hybrid_search } };
	const body = JSON.stringify({ model: writeOrder(order), input: question, tools: [tool], stream: true });
	const asked = now();
	const headers = { "content-type": "application/json" };
	const response = await fetch(`${url}/v1/responses`, { method: "POST", headers, body, signal });
	if (!response.ok || !response.body) throw new Error(`${response.status}: ${await response.text()}`);
	return { asked, body: response.body };
}

const FIRST_TOKEN = "event: response.output_text.delta";

/** Reads an answer to its end. */
async function timeTurn({ asked, body }: Open): Promise<{ asked: number; first: number }> {
	const decoder = new TextDecoder();
	let said = "";
	let first: number | null = null;
	for await (const piece of body) {
		said += decoder.decode(piece, { stream: true });
		if (first === null && said.includes(FIRST_TOKEN)) first = now();
	}
	if (first === null || !said.includes("event: response.completed")) throw new Error(`no answer: ${said.slice(-1000)}`);
	return { asked, first };
}

async function untilFirstToken(body: ReadableStream<Uint8Array>): Promise<ReadableStreamDefaultReader<Uint8Array>> {
	const reader = body.getReader();
	const decoder = new TextDecoder();
	for (let said = ""; !said.includes(FIRST_TOKEN); ) {
		const { value, done } = await reader.read();
		if (done) throw new Error(`the stream ended instead of staying open: ${said.slice(-1000)}`);
		said += decoder.decode(value, { stream: true });
	}
	return reader;
}
