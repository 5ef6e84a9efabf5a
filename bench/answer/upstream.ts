/**
 * A model's server that takes no time to think. What it is to say stands in the model's name (bench/answer/order.ts): so
 * many tokens, so many milliseconds apart; told to hold, it says one and leaves the stream open. When each request had
 * arrived and when its first token was sent is had, once, from GET /v1/stamps. It also embeds, as bench/search/embedder.ts
 * does. Run as a process of its own: it prints its address.
 */
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { embed } from "../search/embedder.ts";
import { now } from "./clock.ts";
import { readOrder } from "./order.ts";

/** When a chat request was there as a whole, and when the first token was given away. */
export type Stamp = { arrived: number; sent: number };

type Chat = { model: string; messages: { content: string }[] };

let stamps: Record<string, Stamp> = {};

async function streamChat({ model, messages }: Chat, response: ServerResponse): Promise<void> {
	const arrived = now();
	const { id, tokens, pace } = readOrder(model);
	const frame = (choices: object[], usage?: object) =>
		response.write(
			`data: ${JSON.stringify({ id, object: "chat.completion.chunk", created: 0, model, choices, ...(usage && { usage }) })}\n\n`,
		);
	const say = (content: string) => frame([{ index: 0, delta: { content }, finish_reason: null }]);
	response.writeHead(200, { "content-type": "text/event-stream" });
	const sent = now();
	say("Yes");
	stamps[id] = { arrived, sent };
	if (pace === "hold") return;
	for (let said = 1; said < tokens && !response.destroyed; said++) {
		if (pace > 0) await sleep(pace);
		say(" indeed");
	}
	frame([{ index: 0, delta: {}, finish_reason: "stop" }]);
	const prompt_tokens = Math.ceil(messages.reduce((sum, { content }) => sum + content.length, 0) / 4);
	frame([], { prompt_tokens, completion_tokens: tokens, total_tokens: prompt_tokens + tokens });
	response.end("data: [DONE]\n\n");
}

function embeddings({ input }: { input: string | string[] }) {
	const data = [input].flat().map((text, index) => {
		const embedding = Buffer.from(embed(text).buffer).toString("base64");
		return { object: "embedding", index, embedding };
	});
	return { object: "list", model: "stub", data, usage: { prompt_tokens: 0, total_tokens: 0 } };
}

function takeStamps() {
	const taken = stamps;
	stamps = {};
	return taken;
}

const server = createServer(async (request, response) => {
	const body = Buffer.concat(await request.toArray()).toString();
	if (request.url === "/v1/chat/completions") return streamChat(JSON.parse(body), response);
	const answer = request.url === "/v1/stamps" ? takeStamps() : embeddings(JSON.parse(body));
	response.setHeader("content-type", "application/json");
	response.end(JSON.stringify(answer));
});
server.keepAliveTimeout = 75_000;
server.listen(0, "127.0.0.1", () => {
	console.log(`http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`);
});
