const CHECK_MS = 1000;

/** The work is no longer wanted: what it is on was cancelled, removed, begun anew, or taken up by another process. */
export class Overtaken extends Error {}

/**
 * Runs work for as long as it is wanted, whichever process says otherwise: once it is not, the signal it was given aborts
 * what is under way, be it a page that takes minutes or a request that nobody answers, and `Overtaken` is thrown. `stop`
 * ends it so for another reason, which is then thrown.
 */
export async function whileCurrent(
	isCurrent: () => Promise<boolean>,
	signal: AbortSignal,
	work: (signal: AbortSignal, stop: (reason: unknown) => void) => Promise<void>,
): Promise<void> {
	const stopped = new AbortController();
	const stop = (reason: unknown) => stopped.abort(reason);
	const timer = setInterval(async () => {
		// A database that is away for a moment says nothing about what is wanted.
		if (!(await isCurrent().catch(() => true))) stop(new Overtaken());
	}, CHECK_MS);
	try {
		await work(AbortSignal.any([signal, stopped.signal]), stop);
	} catch (error) {
		throw stopped.signal.aborted ? stopped.signal.reason : error;
	} finally {
		clearInterval(timer);
	}
}
