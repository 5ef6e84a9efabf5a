import type { Handle } from "../db/handle.ts";
import { isCurrentRun } from "../store/background-responses.ts";

const CHECK_MS = 1000;

/** A run that is no longer the one: its response was cancelled or deleted, or another has taken it up. */
export class Overtaken extends Error {}

/** One run of a background response: `signal` aborts it, and so does `stop`, for the reason that is given. */
export type Run = { signal: AbortSignal; stop(reason: unknown): void };

/**
 * Runs `work` for as long as the run is the one, whichever process says otherwise; where it is not, what is under way is
 * aborted, and that is no error. Throws what it was stopped for, or what `work` throws.
 */
export async function whileCurrent(
	db: Handle,
	row: { id: string; run: number },
	signal: AbortSignal,
	work: (run: Run) => Promise<void>,
): Promise<void> {
	const stopped = new AbortController();
	const stop = (reason: unknown) => stopped.abort(reason);
	const timer = setInterval(async () => {
		// A database that is away for a moment says nothing about the response.
		if (!(await isCurrentRun(db, row).catch(() => true))) stop(new Overtaken());
	}, CHECK_MS);
	try {
		await work({ signal: AbortSignal.any([signal, stopped.signal]), stop });
	} catch (thrown) {
		const error = stopped.signal.aborted ? stopped.signal.reason : thrown;
		if (!(error instanceof Overtaken)) throw error;
	} finally {
		clearInterval(timer);
	}
}
