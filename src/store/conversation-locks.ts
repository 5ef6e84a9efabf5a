import type { Handle } from "../db/handle.ts";

/** `holder`: the id of the response that is being answered. Times are the database's: processes' clocks may differ. */

/** Takes a conversation that nobody has, for so many seconds. False where somebody has it, or there is none. */
export async function lockConversation(
	db: Handle,
	projectId: string,
	id: string,
	holder: string,
	seconds: number,
): Promise<boolean> {
	const { rowCount } = await db.query(
		`UPDATE conversations SET locked_by = $3, locked_until = now() + make_interval(secs => $4::int)
		 WHERE project_id = $1 AND id = $2 AND (locked_until IS NULL OR locked_until <= now())`,
		[projectId, id, holder, seconds],
	);
	return rowCount === 1;
}

/** Puts the end off to so many seconds from now, where the holder still has it; what has none keeps none. */
export async function renewLock(
	db: Handle,
	projectId: string,
	id: string,
	holder: string,
	seconds: number,
): Promise<void> {
	await db.query(
		`UPDATE conversations SET locked_until = greatest(locked_until, now() + make_interval(secs => $4::int))
		 WHERE project_id = $1 AND id = $2 AND locked_by = $3`,
		[projectId, id, holder, seconds],
	);
}

/** Takes the end away: it is the holder's until it lets go. False where another has taken it. */
export async function lockForGood(tx: Handle, projectId: string, id: string, holder: string): Promise<boolean> {
	const { rowCount } = await tx.query(
		"UPDATE conversations SET locked_until = 'infinity' WHERE project_id = $1 AND id = $2 AND locked_by = $3",
		[projectId, id, holder],
	);
	return rowCount === 1;
}

/** Keeps the row as it is to the end of the transaction. True where the holder has it: also past its time, if nobody took it. */
export async function isLockedBy(tx: Handle, projectId: string, id: string, holder: string): Promise<boolean> {
	const { rowCount } = await tx.query(
		"SELECT FROM conversations WHERE project_id = $1 AND id = $2 AND locked_by = $3 FOR UPDATE",
		[projectId, id, holder],
	);
	return rowCount === 1;
}

/** Keeps the row as it is to the end of the transaction. Undefined where there is none such. */
export async function isLocked(tx: Handle, projectId: string, id: string): Promise<boolean | undefined> {
	const { rows } = await tx.query<{ locked: boolean }>(
		`SELECT coalesce(locked_until > now(), false) AS locked
		 FROM conversations WHERE project_id = $1 AND id = $2 FOR UPDATE`,
		[projectId, id],
	);
	return rows[0]?.locked;
}

/** No error where the holder has it no more. */
export async function unlockConversation(db: Handle, projectId: string, id: string, holder: string): Promise<void> {
	await db.query(
		`UPDATE conversations SET locked_by = NULL, locked_until = NULL
		 WHERE project_id = $1 AND id = $2 AND locked_by = $3`,
		[projectId, id, holder],
	);
}

/**
 * Of all projects: for the start of a process that has the database to itself, whose holders are all dead, but for
 * background responses, which are taken up again.
 */
export async function unlockAllConversations(db: Handle): Promise<void> {
	await db.query("UPDATE conversations SET locked_by = NULL, locked_until = NULL WHERE locked_until < 'infinity'");
}
