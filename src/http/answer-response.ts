import type { Context } from "hono";
import { streamSSE } from "hono/streaming";
import { ask } from "../ask/ask.ts";
import { keepResponse } from "../operations/keep-response.ts";
import type { StoredResponse } from "../store/responses.ts";
import { ResponseStream } from "../wire/response-stream.ts";
import type { Env, HttpDeps } from "./env.ts";
import type { PreparedTurn } from "./prepare-turn.ts";

/** The whole response in one body, once it is there. */
export async function answerPlain(c: Context<Env>, deps: HttpDeps, prepared: PreparedTurn) {
	const stream = new ResponseStream(prepared.head, prepared.turn.model);
	try {
		stream.start();
		for await (const event of ask(deps, prepared.turn)) stream.push(event);
		await keep(deps, prepared, stream.storedBody);
	} finally {
		await prepared.conversation?.release();
	}
	return c.json(stream.body, 200);
}

/** The response's events as they come about. `abort` ends the turn when nobody reads on. */
export function answerStreamed(c: Context<Env>, deps: HttpDeps, prepared: PreparedTurn, abort: AbortController) {
	const stream = new ResponseStream(prepared.head, prepared.turn.model);
	c.header("x-accel-buffering", "no");
	return streamSSE(c, async (sse) => {
		// Nobody reads on: the upstream call must not go on either.
		sse.onAbort(() => abort.abort());
		const send = async (events: ReturnType<ResponseStream["push"]>) => {
			for (const event of events) await sse.writeSSE({ event: event.type, data: JSON.stringify(event) });
		};
		try {
			await send(stream.start());
			for await (const event of ask(deps, prepared.turn)) {
				const events = stream.push(event);
				// Kept before it is told: who has seen the end of a response can go on from it.
				if (event.type === "answered") await keep(deps, prepared, stream.storedBody);
				await send(events);
			}
		} catch (error) {
			// Let go before it is told, too.
			await prepared.conversation?.release();
			if (abort.signal.aborted) return;
			deps.log.error({ err: error, request_id: c.get("requestId") }, "response failed");
			await send(stream.fail(error));
		} finally {
			await prepared.conversation?.release();
		}
	});
}

/** With `store: false` the response is not kept; its conversation, which the client has asked to be carried on, is. */
function keep({ db }: HttpDeps, { projectId, head, input, conversation }: PreparedTurn, stored: StoredResponse) {
	const { receipt = null, ...body } = stored;
	const previous_response_id = head.request.previous_response_id ?? null;
	return keepResponse(db, projectId, {
		response: head.request.store === false ? null : { id: head.id, previous_response_id, input, body, receipt },
		conversation: conversation && { ...conversation, items: [...input, ...body.output] },
	});
}
