import type { Database } from "../db/database.ts";
import { endResponse } from "../operations/end-response.ts";
import { lockUnended } from "../store/background-responses.ts";
import { readEvents } from "../store/response-events.ts";
import { type EarlyEnd, endEarly } from "../wire/end-early.ts";

/** Ends a background response that another run, or nobody, is answering; the run finds that within a second. No error where it has ended or is gone. */
export function endResponseEarly(db: Database, projectId: string, id: string, end: EarlyEnd): Promise<void> {
	return db.transaction(async (tx) => {
		const begun = await lockUnended(tx, projectId, id);
		if (!begun) return;
		const told = (await readEvents(tx, projectId, id, -1))?.events ?? [];
		const { body, events } = endEarly(begun.body, told, end);
		const kept = told.length > 0 ? events : [];
		await endResponse(tx, projectId, { id, run: begun.run, body, receipt: null, events: kept, conversation: null });
	});
}
