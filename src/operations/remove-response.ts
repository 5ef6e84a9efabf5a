import type { Database } from "../db/database.ts";
import { deleteResponse } from "../store/responses.ts";
import { letGo } from "./end-response.ts";

/** Deletes a response, which ends it where it is being answered in the background. False where there was none. */
export function removeResponse(db: Database, projectId: string, id: string): Promise<boolean> {
	return db.transaction(async (tx) => {
		const body = await deleteResponse(tx, projectId, id);
		if (body) await letGo(tx, projectId, id, body);
		return body !== undefined;
	});
}
