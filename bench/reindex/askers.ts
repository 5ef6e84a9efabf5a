import OpenAI from "openai";
import { quantile } from "../table.ts";

/** One question: when it was asked, how long it took, how it ended, and from which index its passages came. */
export type Asked = {
	at: number;
	milliseconds: number;
	outcome: "answered" | "empty" | "mixed" | "failed";
	index: number | null;
};

/** Clients that ask all the time. */
export type Askers = {
	/** What was asked since it was last taken. */
	take(): Asked[];
	/** Lets the questions under way end; returns what was not taken. */
	stop(): Promise<Asked[]>;
};

/** So many clients, each asking the store on as soon as it was answered, and not again where it was not. */
export function startAskers(client: OpenAI, storeId: string, questions: string[], count: number): Askers {
	const once = client.withOptions({ maxRetries: 0 });
	let done: Asked[] = [];
	let stopped = false;
	let place = 0;
	const take = () => {
		const taken = done;
		done = [];
		return taken;
	};
	const asking = Array.from({ length: count }, async () => {
		while (!stopped) done.push(await ask(once, storeId, questions[place++ % questions.length] as string));
	});
	return {
		take,
		async stop() {
			stopped = true;
			await Promise.all(asking);
			return take();
		},
	};
}

/** A whole answer over HTTP, by the model that is none: what is left is ours. */
export async function ask(client: OpenAI, storeId: string, question: string): Promise<Asked> {
	const at = performance.now();
	const end = (outcome: Asked["outcome"], index: number | null): Asked => ({
		at,
		milliseconds: performance.now() - at,
		outcome,
		index,
	});
	try {
		const response = await client.responses.create({
			model: "extractive",
			input: question,
			tools: [{ type: "file_search", vector_store_ids: [storeId] }],
			include: ["file_search_call.results"],
			store: false,
		});
		const [call] = response.output.filter((item) => item.type === "file_search_call");
		const indexes = new Set((call?.results ?? []).map((result) => indexOf(result as unknown as { chunk_id: string })));
		if (indexes.size === 0) return end("empty", null);
		return indexes.size === 1 ? end("answered", [...indexes][0] as number) : end("mixed", null);
	} catch (error) {
		if (!(error instanceof OpenAI.OpenAIError)) throw error;
		return end("failed", null);
	}
}

function indexOf({ chunk_id }: { chunk_id: string }): number {
	return Number(chunk_id.split("_")[1]);
}

export const ASKED_HEAD = ["questions", "failed", "empty", "of two indexes", "p50 ms", "p95 ms", "longest ms"];

/** Cells under ASKED_HEAD. */
export function askedCells(asked: Asked[]): string[] {
	const of = (outcome: Asked["outcome"]) => String(asked.filter((one) => one.outcome === outcome).length);
	const times = asked.map(({ milliseconds }) => milliseconds);
	const at = (share: number) => quantile(times, share).toFixed(0);
	return [String(asked.length), of("failed"), of("empty"), of("mixed"), at(0.5), at(0.95), at(1)];
}
