import { DISK_FULL } from "../src/db/room.ts";
import { ExcerptError } from "../src/errors.ts";
import type { LastError } from "../src/store/vector-store-files.ts";

/** Failures that we cannot explain are tried this often before the work is given up. */
const UNEXPLAINED_ATTEMPTS = 3;

/**
 * What `last_error` will say of a job that failed, or undefined where another attempt may end better. `what`: what could
 * not be done, as "The file could not be ingested".
 */
export function lastErrorOf(
	error: unknown,
	{ attempt, retryLimit, what }: { attempt: number; retryLimit: number; what: string },
): LastError | undefined {
	if (error instanceof ExcerptError) {
		if (error.retryable && attempt < retryLimit) return undefined;
		const code = error.code === "invalid_file" || error.code === "unsupported_file" ? error.code : "server_error";
		return { code, message: error.message };
	}
	if (attempt + 1 < UNEXPLAINED_ATTEMPTS) return undefined;
	const why = isDiskFull(error)
		? "because the database's disk is full; make room, then try again."
		: "because of an internal error; the server's log has it.";
	return { code: "server_error", message: `${what} ${why}` };
}

/** What a job that will be tried again waits for, in words for the user. */
export function waitingFor(error: unknown): string {
	if (isDiskFull(error)) return "room on the database's disk, which is full";
	return error instanceof ExcerptError ? error.message : "another attempt after an unexpected error";
}

function isDiskFull(error: unknown): boolean {
	return (error as { code?: unknown } | null)?.code === DISK_FULL;
}

/** Whatever a server asks for: it may be back before. */
const LONGEST_WAIT_SECONDS = 300;

/** The queue's own delay comes after this: how long a server wants to be left alone (`Retry-After`), in milliseconds. */
export function askedDelay(error: unknown): number {
	const seconds = error instanceof ExcerptError ? (error.retryAfter ?? 0) : 0;
	return 1000 * Math.min(seconds, LONGEST_WAIT_SECONDS);
}
