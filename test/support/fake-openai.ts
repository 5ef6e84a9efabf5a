import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { countUsage } from "./count-usage.ts";

/** What the fake was asked, in order. */
export type Recorded = {
	path: string;
	headers: IncomingMessage["headers"];
	body: Record<string, unknown>;
	/** The asker went away before it had its answer. */
	abandoned: boolean;
};

/** How one request goes wrong instead of being answered. */
export type Fault =
	| { kind: "status"; status: number; headers?: Record<string, string>; message?: string }
	| { kind: "hang" }
	/** The stream breaks off after so many pieces. */
	| { kind: "cut_off"; after: number }
	/** The stream goes silent after so many pieces, and stays open. */
	| { kind: "stall"; after: number }
	| { kind: "garbage" }
	/** A web page instead of an API, as at a wrong address. */
	| { kind: "web_page" };

/** How an answer ends; what is left out is as it should be. `usage: null` reports none. */
export type Ending = { finish?: string; usage?: object | null; model?: string };

/** One answer of the fake as it is scripted: text, a refusal, calls of functions, in this order. */
export type Scripted = {
	text?: string;
	refusal?: string;
	calls?: { id?: string; name: string; arguments: object | string }[];
	/** How servers write calls: piece by piece as OpenAI, each whole in one chunk, or whole and without `index`. */
	written?: "in_pieces" | "whole" | "unindexed";
} & Ending;

/**
 * An OpenAI-compatible server: embeddings by hashed words, chat that answers with the sentence of an excerpt that shares
 * most words with the question, and cites it. Over real HTTP, so that the real client is tested with it.
 */
export type FakeOpenAI = {
	/** For OPENAI_BASE_URL. */
	url: string;
	requests: Recorded[];
	/** The next request to a path that ends so goes wrong; called twice, the next two do. */
	failNext(pathEnd: string, fault: Fault): void;
	/** Answers with these pieces, and so ended, until called with undefined. */
	answerWith(pieces: string[] | undefined, ending?: Ending): void;
	/** Answers with these chunks of a completion as they are, whatever they hold, until called with undefined. */
	answerWithChunks(chunks: object[] | undefined): void;
	/** The next answers, in this order, before those of `answerWith`. Takes the place of what is left of an earlier script. */
	answerInTurn(...answers: Scripted[]): void;
	/** This model answers with this text, whatever others do, until called with undefined. */
	answerAs(model: string, text: string | undefined): void;
	/** Nobody is answered until it is called with false: a dead server that comes back. */
	setDown(down: boolean): void;
	/** Requests wait until it is called with false, all but the first so many: a server that is slow. */
	setPaused(paused: boolean, answered?: number): void;
	/** Embeddings are written so from now on where `base64` is asked for; numbers, as by servers that do not know it, at first. */
	setEncoding(encoding: "float" | "base64"): void;
	/** Embeddings have this many dimensions from now on. */
	setDimensions(dimensions: number): void;
	stop(): Promise<void>;
};

export const DIMENSIONS = 64;

export async function startFakeOpenAI(): Promise<FakeOpenAI> {
	const requests: Recorded[] = [];
	const faults: { pathEnd: string; fault: Fault }[] = [];
	let pieces: string[] | undefined;
	let ending: Ending = {};
	let chunks: object[] | undefined;
	const ownAnswers = new Map<unknown, string>();
	let script: Scripted[] = [];
	let down = false;
	let dimensions = DIMENSIONS;
	let encoding: "float" | "base64" = "float";
	let released: Promise<void> | undefined;
	let release = () => {};
	let unpaused = 0;

	const server = createServer(async (request, response) => {
		if (down) return void request.socket.destroy();
		const body = await readJson(request);
		const path = request.url ?? "";
		const recorded: Recorded = { path, headers: request.headers, body, abandoned: false };
		requests.push(recorded);
		response.on("close", () => {
			recorded.abandoned = !response.writableEnded;
		});
		if (unpaused > 0) unpaused--;
		else await released;
		const place = faults.findIndex(({ pathEnd }) => path.endsWith(pathEnd));
		const fault = place === -1 ? undefined : faults.splice(place, 1)[0]?.fault;
		if (fault?.kind === "hang") return;
		if (fault?.kind === "status") {
			const message = fault.message ?? "fault on purpose";
			response.writeHead(fault.status, { "content-type": "application/json", ...fault.headers });
			return void response.end(JSON.stringify({ error: { message, type: "server_error", param: null, code: null } }));
		}
		if (fault?.kind === "web_page") {
			return void response.writeHead(200, { "content-type": "text/html" }).end("<!doctype html><p>It works!</p>");
		}
		if (path.endsWith("/models")) return sendJson(response, { object: "list", data: [modelOf("fake-model")] });
		if (path.endsWith("/embeddings")) return sendJson(response, embeddings(body, dimensions, encoding));
		if (path.endsWith("/chat/completions")) {
			if (chunks) return sendChunks(response, chunks);
			const own = ownAnswers.get(body.model);
			if (own !== undefined) return streamChat(response, body, textDeltas([own]), { ending: {}, fault });
			const scripted = script.shift();
			if (scripted) return streamChat(response, body, scriptedDeltas(scripted), { ending: endingOf(scripted), fault });
			return streamChat(response, body, textDeltas(pieces ?? answer(body)), { ending, fault });
		}
		response.writeHead(404).end();
	});
	await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
	return {
		url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
		requests,
		failNext: (pathEnd, fault) => faults.push({ pathEnd, fault }),
		answerWith(given, how = {}) {
			pieces = given;
			ending = how;
		},
		answerWithChunks(given) {
			chunks = given;
		},
		answerInTurn(...answers) {
			script = answers;
		},
		answerAs(model, text) {
			if (text === undefined) ownAnswers.delete(model);
			else ownAnswers.set(model, text);
		},
		setDown(given) {
			down = given;
		},
		setPaused(paused, answered = 0) {
			release();
			unpaused = answered;
			released = paused ? new Promise((resolve) => (release = resolve)) : undefined;
		},
		setEncoding(given) {
			encoding = given;
		},
		setDimensions(given) {
			dimensions = given;
		},
		stop: () =>
			new Promise((resolve) => {
				server.close(() => resolve());
				server.closeAllConnections();
			}),
	};
}

async function readJson(request: IncomingMessage): Promise<Record<string, unknown>> {
	const parts: Buffer[] = [];
	for await (const part of request) parts.push(part);
	return parts.length > 0 ? JSON.parse(Buffer.concat(parts).toString()) : {};
}

function sendJson(response: ServerResponse, body: unknown): void {
	response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(body));
}

function sendChunks(response: ServerResponse, chunks: object[]): void {
	response.writeHead(200, { "content-type": "text/event-stream" });
	const frames = chunks.map((chunk) => `data: ${JSON.stringify({ object: "chat.completion.chunk", ...chunk })}\n\n`);
	response.end(`${frames.join("")}data: [DONE]\n\n`);
}

function modelOf(id: string) {
	return { id, object: "model", created: 0, owned_by: "fake" };
}

function written(vector: number[], encoding: "float" | "base64"): number[] | string {
	return encoding === "float" ? vector : Buffer.from(Float32Array.from(vector).buffer).toString("base64");
}

function embeddings({ input, model }: Record<string, unknown>, dimensions: number, encoding: "float" | "base64") {
	const texts = [input].flat() as string[];
	return {
		object: "list",
		model,
		data: texts.map((text, index) => ({
			object: "embedding",
			index,
			embedding: written(embedIn(dimensions, text), encoding),
		})),
		usage: { prompt_tokens: texts.length, total_tokens: texts.length },
	};
}

/** A bag of words hashed into 64 places, of length 1: texts that share words point the same way. */
export function embed(text: string): number[] {
	return embedIn(DIMENSIONS, text);
}

function embedIn(dimensions: number, text: string): number[] {
	const vector = new Array<number>(dimensions).fill(0);
	for (const word of wordsOf(text)) {
		let hash = 7;
		for (const character of word) hash = (hash * 31 + character.charCodeAt(0)) % 1_000_003;
		vector[hash % dimensions] = (vector[hash % dimensions] ?? 0) + 1;
	}
	const length = Math.hypot(...vector) || 1;
	return vector.map((value) => value / length);
}

function wordsOf(text: string): string[] {
	return text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
}

function answer(body: Record<string, unknown>): string[] {
	const messages = body.messages as { role: string; content: string }[];
	const prompt = messages.at(-1)?.content ?? "";
	const question = new Set(wordsOf(prompt.slice(prompt.lastIndexOf("Question:"))));
	let best = { text: "I do not know.", shared: 0 };
	for (const [, number, text = ""] of prompt.matchAll(/<excerpt number="(\d+)"[^>]*>\n([\s\S]*?)\n<\/excerpt>/g)) {
		for (const sentence of text.split(/(?<=[.!?])\s|\n/)) {
			const shared = new Set(wordsOf(sentence).filter((word) => question.has(word))).size;
			if (shared > best.shared) best = { text: `${sentence.trim().replace(/[.]$/, "")} 【${number}】.`, shared };
		}
	}
	return best.text.match(/[\s\S]{1,7}/g) ?? [];
}

function textDeltas(pieces: string[]): object[] {
	return pieces.map((content) => ({ content }));
}

function scriptedDeltas({ text = "", refusal = "", calls = [], written = "in_pieces" }: Scripted): object[] {
	return [
		...textDeltas(text.match(/[\s\S]{1,7}/g) ?? []),
		...(refusal.match(/[\s\S]{1,7}/g) ?? []).map((piece) => ({ refusal: piece })),
		...calls.flatMap(({ id = `call_${randomUUID()}`, name, arguments: given }, index) => {
			const whole = typeof given === "string" ? given : JSON.stringify(given);
			const call = (fields: object) => ({ tool_calls: [{ ...(written !== "unindexed" && { index }), ...fields }] });
			if (written !== "in_pieces") return [call({ id, type: "function", function: { name, arguments: whole } })];
			return [
				call({ id, type: "function", function: { name, arguments: "" } }),
				...(whole.match(/[\s\S]{1,7}/g) ?? []).map((piece) => call({ function: { arguments: piece } })),
			];
		}),
	];
}

function endingOf({ calls, finish, usage, model }: Scripted): Ending {
	return { finish: finish ?? (calls ? "tool_calls" : "stop"), usage, model };
}

async function streamChat(
	response: ServerResponse,
	body: Record<string, unknown>,
	deltas: object[],
	{ ending, fault }: { ending: Ending; fault: Fault | undefined },
): Promise<void> {
	response.writeHead(200, { "content-type": "text/event-stream" });
	const frame = (choices: unknown[], usage?: unknown) =>
		response.write(
			`data: ${JSON.stringify({ id: "chatcmpl-1", object: "chat.completion.chunk", created: 0, model: ending.model ?? body.model, choices, ...(usage ? { usage } : {}) })}\n\n`,
		);
	if (fault?.kind === "garbage") return void response.end("data: {this is not JSON}\n\n");
	for (const [place, delta] of deltas.entries()) {
		if (fault?.kind === "cut_off" && place === fault.after) {
			// What was written before must arrive, or the client takes it for a connection that never was.
			await new Promise((resolve) => response.write(":\n\n", resolve));
			return void response.destroy();
		}
		if (fault?.kind === "stall" && place === fault.after) return;
		frame([{ index: 0, delta, finish_reason: null }]);
	}
	frame([{ index: 0, delta: {}, finish_reason: ending.finish ?? "stop" }]);
	const counted = countUsage(body, deltas);
	if (ending.usage !== null) frame([], ending.usage ?? counted);
	response.end("data: [DONE]\n\n");
}
