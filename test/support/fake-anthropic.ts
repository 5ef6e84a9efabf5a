import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** A block of an answer. A call's arguments are JSON. */
export type Block = { text: string } | { id: string; name: string; arguments: string };

/** An answer, or how a request goes wrong. */
export type AnthropicAnswer =
	| { blocks: Block[]; stop_reason?: string; usage?: { cache_read_input_tokens: number } }
	| { status: number; type: string; message: string; headers?: Record<string, string> };

/** A server that speaks Anthropic's Messages API as theirs does: named events, blocks with an index each, errors of its form. */
export type FakeAnthropic = {
	/** For ANTHROPIC_BASE_URL. */
	url: string;
	requests: { path: string; key: unknown; body: Record<string, unknown> }[];
	/** The next answers, in this order. */
	answerInTurn(...answers: AnthropicAnswer[]): void;
	stop(): Promise<void>;
};

export async function startFakeAnthropic(): Promise<FakeAnthropic> {
	const requests: FakeAnthropic["requests"] = [];
	let script: AnthropicAnswer[] = [];
	const server = createServer(async (request, response) => {
		const body = JSON.parse(Buffer.concat(await Array.fromAsync(request)).toString());
		requests.push({ path: request.url ?? "", key: request.headers["x-api-key"], body });
		const answer = script.shift() ?? { blocks: [{ text: "Hello." }] };
		if ("status" in answer) {
			const { status, type, message, headers } = answer;
			response.writeHead(status, { "content-type": "application/json", ...headers });
			return void response.end(JSON.stringify({ type: "error", error: { type, message } }));
		}
		response.writeHead(200, { "content-type": "text/event-stream" });
		for (const event of eventsOf(String(body.model), answer)) {
			response.write(`event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);
		}
		response.end();
	});
	await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
	return {
		url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
		requests,
		answerInTurn(...answers) {
			script = answers;
		},
		stop: () =>
			new Promise((resolve) => {
				server.close(() => resolve());
				server.closeAllConnections();
			}),
	};
}

function* eventsOf(model: string, answer: Extract<AnthropicAnswer, { blocks: Block[] }>) {
	// Their first event counts a token of the answer, and the last, which counts all, counts it again.
	const usage = { input_tokens: 20, cache_creation_input_tokens: 0, cache_read_input_tokens: 0, ...answer.usage };
	const message = { id: "msg_1", type: "message", role: "assistant", model: `${model}-20260101`, content: [] };
	yield { type: "message_start", message: { ...message, stop_reason: null, usage: { ...usage, output_tokens: 1 } } };
	for (const [index, block] of answer.blocks.entries()) {
		const isText = "text" in block;
		const whole = isText ? block.text : block.arguments;
		const begun = isText ? { type: "text", text: "" } : { type: "tool_use", id: block.id, name: block.name, input: {} };
		yield { type: "content_block_start", index, content_block: begun };
		for (const piece of whole.match(/[\s\S]{1,7}/g) ?? []) {
			const delta = isText ? { type: "text_delta", text: piece } : { type: "input_json_delta", partial_json: piece };
			yield { type: "content_block_delta", index, delta };
		}
		yield { type: "content_block_stop", index };
	}
	const stop_reason = answer.stop_reason ?? "end_turn";
	yield { type: "message_delta", delta: { stop_reason, stop_sequence: null }, usage: { output_tokens: 9 } };
	yield { type: "message_stop" };
}
