import { answerResponse } from "../jobs/answer-response.ts";
import { Overtaken, whileCurrent } from "../jobs/while-current.ts";
import { endResponse } from "../operations/end-response.ts";
import { heldConversation } from "../operations/hold-conversation.ts";
import type { ToCarryOn } from "../operations/keep-response.ts";
import { type BackgroundRow, isCurrentRun, startRun } from "../store/background-responses.ts";
import { appendEvents } from "../store/response-events.ts";
import type { CompleteRequest } from "../wire/complete-request.ts";
import type { EarlyEnd } from "../wire/end-early.ts";
import type { WireEvent } from "../wire/output-items.ts";
import { ResponseStream } from "../wire/response-stream.ts";
import { answerSteps, carriedOn } from "./answer-response.ts";
import { endResponseEarly } from "./end-early.ts";
import type { HttpDeps } from "./env.ts";
import { EventWriter } from "./event-writer.ts";
import { prepareTurn } from "./prepare-turn.ts";

/** `response.created`, `queued` and `in_progress`: what a further run says in the same words. */
const LAST_BEFORE_OUTPUT = 2;

/** A response whose process or database fails so often may be to blame for it. */
const MOST_RUNS = 5;

const INTERRUPTED: EarlyEnd = {
	status: "failed",
	error: {
		code: "server_error",
		message: "The server stopped while this response was being answered. Send the request again.",
	},
};

/** Answers background responses as they are queued, so many at a time, until the queue stops. */
export async function runBackground(deps: HttpDeps): Promise<void> {
	const { queue, db, config } = deps;
	await queue.work(answerResponse, config.BACKGROUND_CONCURRENCY, async ({ project_id, response_id }, { signal }) => {
		const row = await startRun(db, project_id, response_id);
		if (!row) return;
		// Answered anew it would say other words than those that were read.
		const interrupted = row.told > LAST_BEFORE_OUTPUT || row.run > MOST_RUNS;
		if (interrupted) await endResponseEarly(db, project_id, response_id, INTERRUPTED);
		else await answerWhileCurrent(deps, row, signal);
	});
}

async function answerWhileCurrent(deps: HttpDeps, row: BackgroundRow, signal: AbortSignal): Promise<void> {
	try {
		await whileCurrent(
			() => isCurrentRun(deps.db, row),
			signal,
			(...run) => answerRun(deps, row, ...run),
		);
	} catch (error) {
		// Cancelled, deleted, or another run's: nothing is left to do, and that is no error.
		if (error instanceof Overtaken) return;
		if (!signal.aborted)
			deps.log.warn({ response_id: row.id, run: row.run, err: error }, "response will be tried again");
		throw error;
	}
}

/** Keeps the events as they come about, and the response when it is there; an answer that fails is kept as failed. */
async function answerRun(
	deps: HttpDeps,
	row: BackgroundRow,
	signal: AbortSignal,
	stop: (reason: unknown) => void,
): Promise<void> {
	const { db, log } = deps;
	const { id, run, project_id } = row;
	const head = { id, created_at: row.body.created_at as number, request: row.request as CompleteRequest };
	const stream = new ResponseStream(head, row.body.model as string);
	// Told when it was created.
	stream.queue();
	const writer = new EventWriter(async (events) => {
		// Without them nobody may be told what follows: a further run then finds what was.
		await appendEvents(db, row, events).then((kept) => kept || stop(new Overtaken()), stop);
	});
	const end = async (last: WireEvent[], answered: ToCarryOn | null) => {
		const { receipt = null, ...body } = stream.storedBody;
		const events = row.streamed ? [...(await writer.rest()), ...last] : [];
		signal.throwIfAborted();
		const ending = { id, run, body, receipt, events, conversation: answered };
		if (!(await db.transaction((tx) => endResponse(tx, project_id, ending)))) throw new Overtaken();
	};
	try {
		const prepared = await prepareTurn(deps, project_id, head, signal, heldConversation);
		for await (const { events, last } of answerSteps(deps, prepared, stream)) {
			if (last) await end(events, carriedOn(prepared, stream.storedBody));
			else if (row.streamed) writer.add(events.filter((event) => event.sequence_number > row.told));
		}
	} catch (error) {
		if (signal.aborted || error instanceof Overtaken) throw error;
		log.error({ err: error, response_id: id }, "response failed");
		await end(stream.fail(error), null);
	}
}
