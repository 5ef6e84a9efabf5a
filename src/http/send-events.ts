import type { Context } from "hono";
import { streamSSE } from "hono/streaming";
import type { WireEvent } from "../wire/output-items.ts";
import type { Env, HttpDeps } from "./env.ts";

/**
 * Answers with events as they come. A client that goes away aborts `abort`. What the source throws ends the stream with the
 * events that `failed` makes of it.
 */
export function sendEvents(
	c: Context<Env>,
	{ log }: HttpDeps,
	events: AsyncIterable<WireEvent>,
	abort: AbortController,
	failed: (error: unknown) => WireEvent[],
) {
	c.header("x-accel-buffering", "no");
	return streamSSE(c, async (sse) => {
		// Nobody reads on: what makes the events must not go on either.
		sse.onAbort(() => abort.abort());
		const send = (event: WireEvent) => sse.writeSSE({ event: event.type, data: JSON.stringify(event) });
		try {
			for await (const event of events) await send(event);
		} catch (error) {
			if (abort.signal.aborted) return;
			log.error({ err: error, request_id: c.get("requestId") }, "response failed");
			for (const event of failed(error)) await send(event);
		}
	});
}
