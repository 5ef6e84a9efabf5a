import type { Context } from "hono";
import { streamSSE } from "hono/streaming";
import { ask } from "../ask/ask.ts";
import { insertResponse, type ResponseRow } from "../store/responses.ts";
import { ResponseStream } from "../wire/response-stream.ts";
import type { Env, HttpDeps } from "./env.ts";
import type { PreparedTurn } from "./prepare-turn.ts";

/** The whole response in one body, once it is there. */
export async function answerPlain(c: Context<Env>, deps: HttpDeps, prepared: PreparedTurn) {
	const stream = new ResponseStream(prepared.head, prepared.turn.model);
	stream.start();
	for await (const event of ask(deps, prepared.turn)) stream.push(event);
	await keep(deps, prepared, stream);
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
				if (event.type === "answered") await keep(deps, prepared, stream);
				await send(events);
			}
		} catch (error) {
			if (abort.signal.aborted) return;
			deps.log.error({ err: error, request_id: c.get("requestId") }, "response failed");
			await send(stream.fail(error));
		}
	});
}

async function keep({ db }: HttpDeps, { projectId, head, input }: PreparedTurn, stream: ResponseStream) {
	if (head.request.store === false) return;
	const { receipt = null, ...rest } = stream.storedBody;
	await insertResponse(db, {
		id: head.id,
		project_id: projectId,
		previous_response_id: head.request.previous_response_id ?? null,
		input,
		body: rest as ResponseRow["body"],
		receipt,
	});
}
