import type { Context } from "hono";
import { queueResponse } from "../operations/queue-response.ts";
import { ResponseStream } from "../wire/response-stream.ts";
import type { Env, HttpDeps } from "./env.ts";
import { followResponse } from "./follow-response.ts";
import type { PreparedTurn } from "./prepare-turn.ts";

/** The response as it waits to be answered, or its events from the first on; by then it is sure to be. */
export async function answerInBackground(c: Context<Env>, deps: HttpDeps, prepared: PreparedTurn) {
	const { projectId, head, input, turn, conversation } = prepared;
	const stream = new ResponseStream(head, turn.model);
	const events = stream.queue();
	const streamed = head.request.stream ?? false;
	try {
		await queueResponse(
			deps,
			projectId,
			{
				id: head.id,
				previous_response_id: head.request.previous_response_id ?? null,
				input,
				body: stream.body,
				receipt: null,
				// Its items with their ids: who answers it takes the same.
				request: { ...head.request, input },
				streamed,
			},
			events,
			conversation?.id ?? null,
		);
		conversation?.handOver();
	} catch (error) {
		await conversation?.release();
		throw error;
	}
	return streamed ? followResponse(c, deps, head.id, -1) : c.json(stream.body, 200);
}
