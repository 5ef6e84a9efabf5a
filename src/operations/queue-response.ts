import type { Database } from "../db/database.ts";
import { answerResponse } from "../jobs/answer-response.ts";
import type { JobQueue } from "../jobs/queue.ts";
import { lockForGood } from "../store/conversation-locks.ts";
import { appendEvents, type StoredEvent } from "../store/response-events.ts";
import { insertResponse, type ResponseRow, type Unanswered } from "../store/responses.ts";
import { conversationLocked } from "./conversation-errors.ts";

/**
 * Stores a response that is to be answered in the background, with its first events where they are kept, and sends the
 * job. Its conversation, which `response.id` holds, is its own from now on until it ends, whatever process dies: it is as
 * sure to end as its job is to be done. Throws 400 where another response has taken the conversation meanwhile.
 */
export async function queueResponse(
	{ db, queue }: { db: Database; queue: JobQueue },
	projectId: string,
	response: ResponseRow & Unanswered,
	events: StoredEvent[],
	conversationId: string | null,
): Promise<void> {
	const { id, streamed } = response;
	await db.transaction(async (tx) => {
		await insertResponse(tx, { ...response, project_id: projectId });
		if (streamed) await appendEvents(tx, { id, run: 0 }, events);
		if (conversationId && !(await lockForGood(tx, projectId, conversationId, id))) throw conversationLocked();
		await queue.send(answerResponse, { project_id: projectId, response_id: id }, { key: id, tx });
	});
}
