import type { Context } from "hono";
import { ask } from "../ask/ask.ts";
import { keepResponse, type ToCarryOn } from "../operations/keep-response.ts";
import type { StoredResponse } from "../store/responses.ts";
import type { WireEvent } from "../wire/output-items.ts";
import { ResponseStream } from "../wire/response-stream.ts";
import type { Env, HttpDeps } from "./env.ts";
import type { PreparedTurn } from "./prepare-turn.ts";
import { sendEvents } from "./send-events.ts";

/** The whole response in one body, once it is there. */
export async function answerPlain(c: Context<Env>, deps: HttpDeps, prepared: PreparedTurn) {
	const stream = new ResponseStream(prepared.head, prepared.turn.model);
	for await (const { last } of answerSteps(deps, prepared, stream)) {
		if (last) await keep(deps, prepared, stream.storedBody);
	}
	return c.json(stream.body, 200);
}

/** The response's events as they come about. `abort` ends the turn when nobody reads on. */
export function answerStreamed(c: Context<Env>, deps: HttpDeps, prepared: PreparedTurn, abort: AbortController) {
	const stream = new ResponseStream(prepared.head, prepared.turn.model);
	async function* told(): AsyncGenerator<WireEvent> {
		for await (const { events, last } of answerSteps(deps, prepared, stream)) {
			// Kept before it is told: who has seen the end of a response can go on from it.
			if (last) await keep(deps, prepared, stream.storedBody);
			yield* events;
		}
	}
	return sendEvents(c, deps, told(), abort, (error) => stream.fail(error));
}

/** What a step of an answer adds to its response. With the last one the answer is whole, to be kept before it is told. */
export type AnswerStep = { events: WireEvent[]; last: boolean };

/** An answer, step by step, for whoever tells or keeps it. However that ends, the conversation is let go before it is told. */
export async function* answerSteps(
	deps: HttpDeps,
	{ turn, conversation }: PreparedTurn,
	stream: ResponseStream,
): AsyncGenerator<AnswerStep> {
	try {
		yield { events: stream.start(), last: false };
		for await (const event of ask(deps, turn)) yield { events: stream.push(event), last: event.type === "answered" };
	} finally {
		await conversation?.release();
	}
}

/** With `store: false` the response is not kept; its conversation, which the client has asked to be carried on, is. */
function keep({ db }: HttpDeps, prepared: PreparedTurn, stored: StoredResponse) {
	const { projectId, head, input } = prepared;
	const { receipt = null, ...body } = stored;
	const previous_response_id = head.request.previous_response_id ?? null;
	return keepResponse(db, projectId, {
		response: head.request.store === false ? null : { id: head.id, previous_response_id, input, body, receipt },
		conversation: carriedOn(prepared, stored),
	});
}

/** What an answer adds to the conversation that it was given on. */
export function carriedOn({ conversation, input }: PreparedTurn, { output }: StoredResponse): ToCarryOn | null {
	return conversation && { ...conversation, items: [...input, ...output] };
}
