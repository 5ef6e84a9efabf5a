import type { Context } from "hono";
import { notFound } from "../errors.ts";
import { readEvents } from "../store/response-events.ts";
import { errorBody } from "../wire/error.ts";
import type { WireEvent } from "../wire/output-items.ts";
import type { Env, HttpDeps } from "./env.ts";
import { sendEvents } from "./send-events.ts";

/** About a second lies between two looks. */
const MOST_FAILURES = 15;

/**
 * The events of a background response after this number, until it ends, whichever process answers it. They are read from
 * where they are kept, so that nobody is told what a crash could take back. Going away stops nothing.
 */
export function followResponse(c: Context<Env>, deps: HttpDeps, id: string, after: number) {
	const abort = new AbortController();
	let told = after;
	async function* events(): AsyncGenerator<WireEvent> {
		const news = deps.news.of(id);
		let failures = 0;
		try {
			for (;;) {
				const read = await readEvents(deps.db, c.get("projectId"), id, told).catch((error) => {
					// Looked for again: a database that restarts is away for some seconds.
					if (++failures > MOST_FAILURES) throw error;
					return { events: [], ended: false };
				});
				if (!read) throw notFound(`Response with id '${id}' was deleted.`, "response_id");
				yield* read.events;
				told = read.events.at(-1)?.sequence_number ?? told;
				if (read.ended || abort.signal.aborted) return;
				await news.next(abort.signal);
			}
		} finally {
			news.close();
		}
	}
	return sendEvents(c, deps, events(), abort, (error) => {
		const { message, code, param } = errorBody(error).error;
		return [{ type: "error", code, message, param, sequence_number: told + 1 }];
	});
}
