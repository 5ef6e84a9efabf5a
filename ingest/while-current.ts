import type { Database } from "../src/db/database.ts";
import { isCurrent, type VectorStoreFileRow } from "../src/store/vector-store-files.ts";
import { Overtaken } from "./progress-report.ts";

const CHECK_MS = 1000;

/**
 * Runs an ingestion for as long as it is wanted: once the file was cancelled, removed or attached again, the signal it was
 * given aborts what is under way, be it a page that takes minutes or a request that nobody answers. Then throws `Overtaken`.
 */
export async function whileCurrent(
	db: Database,
	row: VectorStoreFileRow,
	signal: AbortSignal,
	work: (signal: AbortSignal) => Promise<void>,
): Promise<void> {
	const overtaken = new AbortController();
	const timer = setInterval(async () => {
		// A database that is away for a moment says nothing about the file.
		const current = await isCurrent(db, row).catch(() => true);
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
