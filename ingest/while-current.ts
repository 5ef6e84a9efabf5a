import { Overtaken } from "./progress-report.ts";

const CHECK_MS = 1000;

/**
 * Runs work for as long as it is wanted: once the file was cancelled, removed or attached again, or the build of an index
 * cancelled, the signal it was given aborts what is under way, be it a page that takes minutes or a request that nobody
 * answers. Then throws `Overtaken`.
 */
export async function whileCurrent(
	isCurrent: () => Promise<boolean>,
	signal: AbortSignal,
	work: (signal: AbortSignal) => Promise<void>,
): Promise<void> {
	const overtaken = new AbortController();
	const timer = setInterval(async () => {
		// A database that is away for a moment says nothing about what is wanted.
		const current = await isCurrent().catch(() => true);
		if (!current) overtaken.abort(new Overtaken());
	}, CHECK_MS);
	try {
		await work(AbortSignal.any([signal, overtaken.signal]));
	} catch (error) {
		throw overtaken.signal.aborted ? overtaken.signal.reason : error;
	} finally {
		clearInterval(timer);
	}
}
