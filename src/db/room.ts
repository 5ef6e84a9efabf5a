import { statfs } from "node:fs/promises";

/** Postgres' code for a disk without room. */
export const DISK_FULL = "53100";

/** Two files of the log (16 MB each), which Postgres must not be without, and as much again for what is just being written. */
const RESERVE_BYTES = 64 * 2 ** 20;

/**
 * Rejects, with the code of a full disk, where there is too little room around the directory to write much. What is written
 * in bulk stops there, so that questions go on being answered: without room for its log the database stops as a whole.
 */
export async function requireRoomIn(directory: string): Promise<void> {
	const { bavail, bsize } = await statfs(directory);
	const left = bavail * bsize;
	if (left >= RESERVE_BYTES) return;
	const megabytes = (bytes: number) => `${Math.floor(bytes / 2 ** 20)} MB`;
	throw Object.assign(
		new Error(
			`the disk is full: ${megabytes(left)} are left, ${megabytes(RESERVE_BYTES)} are kept for the database's log`,
		),
		{ code: DISK_FULL },
	);
}
