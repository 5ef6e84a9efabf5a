import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** What the fake was asked, in order. */
export type RerankRequest = {
	path: string;
	authorization: string | undefined;
	/** As it came. */
	body: Record<string, unknown>;
	query: string;
	texts: string[];
	/** The asker went away before it had its answer. */
	abandoned: boolean;
};

export type RerankFault =
	| { kind: "status"; status: number; message?: string }
	| { kind: "hang" }
	| { kind: "body"; body: unknown }
	| { kind: "web_page" };

/**
 * A reranking server of either protocol: `texts` are answered as Text Embeddings Inference does, `documents` as Jina does,
 * both best first. A text scores by the share of the query's words that it holds, unless told otherwise.
 */
export type FakeReranker = {
	url: string;
	requests: RerankRequest[];
	/** Scores from now on. */
	scoreBy(score: ((query: string, text: string) => number) | undefined): void;
	/** More texts in a request are a 413 from now on. */
	setLargestBatch(texts: number): void;
	failNext(fault: RerankFault): void;
	setDown(down: boolean): void;
	stop(): Promise<void>;
};

export async function startFakeReranker(): Promise<FakeReranker> {
	const requests: RerankRequest[] = [];
	const faults: RerankFault[] = [];
	let score = shareOfWords;
	let largest = Infinity;
	let down = false;
	const server = createServer(async (request, response) => {
		if (down) return void request.socket.destroy();
		const parts: Buffer[] = [];
		for await (const part of request) parts.push(part);
		const body = JSON.parse(Buffer.concat(parts).toString());
		const texts: string[] = body.texts ?? body.documents;
		const { authorization } = request.headers;
		const recorded = { path: request.url ?? "", authorization, body, query: body.query, texts, abandoned: false };
		requests.push(recorded);
		response.on("close", () => {
			recorded.abandoned = !response.writableEnded;
		});
		const fault = faults.shift();
		if (fault?.kind === "hang") return;
		if (fault?.kind === "body") return sendJson(response, 200, fault.body);
		if (fault?.kind === "status") {
			return sendJson(response, fault.status, { error: fault.message ?? "fault on purpose", error_type: "backend" });
		}
		if (fault?.kind === "web_page") {
			return void response.writeHead(200, { "content-type": "text/html" }).end("<!doctype html><p>It works!</p>");
		}
		if (recorded.path.split("/").at(-1) !== "rerank") return void response.writeHead(404).end();
		if (texts.length > largest) return sendJson(response, 413, { error: "batch size error", error_type: "validation" });
		const ranked = texts
			.map((text, index) => ({ index, score: score(body.query, text) }))
			.toSorted((a, b) => b.score - a.score);
		if (body.texts) return sendJson(response, 200, ranked);
		const results = ranked.map(({ index, score }) => ({ index, relevance_score: score }));
		sendJson(response, 200, { id: "r1", model: body.model, results, usage: { total_tokens: 1 } });
	});
	await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
	return {
		url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
		requests,
		scoreBy: (given) => {
			score = given ?? shareOfWords;
		},
		setLargestBatch: (texts) => {
			largest = texts;
		},
		failNext: (fault) => faults.push(fault),
		setDown: (given) => {
			down = given;
		},
		stop: () =>
			new Promise((resolve) => {
				server.close(() => resolve());
				server.closeAllConnections();
			}),
	};
}

function shareOfWords(query: string, text: string): number {
	const [asked, held] = [query, text].map((one) => new Set(one.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []));
	return [...(asked as Set<string>)].filter((word) => held?.has(word)).length / Math.max(1, asked?.size ?? 0);
}

function sendJson(response: ServerResponse, status: number, body: unknown): void {
	response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}
