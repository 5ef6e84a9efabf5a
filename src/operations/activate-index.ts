import type { Handle } from "../db/handle.ts";
import { ExcerptError } from "../errors.ts";
import { buildIndex } from "../jobs/build-index.ts";
import type { JobQueue } from "../jobs/queue.ts";
import {
	type BuildRow,
	flipActiveIndex,
	getBuild,
	lockActiveIndex,
	queueAgain,
	setActivate,
} from "../store/index-builds.ts";
import { lacksFiles } from "../store/lacking-files.ts";
import { requireNoBuild } from "./queue-build.ts";

/**
 * Lets a store answer from another of its indexes: at once where it holds what the active one does, else as soon as the
 * files that came since are built in it too. One that is being built is activated when it is complete.
 * Throws 400 for one that never was complete, and where another is being built.
 */
export async function activateIndex(
	tx: Handle,
	queue: JobQueue,
	{ vector_store_id, public_id }: BuildRow,
): Promise<void> {
	await lockActiveIndex(tx, vector_store_id);
	// As it is now that nobody flips anything.
	const index = await getBuild(tx, vector_store_id, public_id);
	switch (index?.status) {
		case "active":
			return;
		case "queued":
		case "building":
			return setActivate(tx, index.id, "when_complete");
		case "ready":
		case "retired":
			if (!(await lacksFiles(tx, index.id))) return flipActiveIndex(tx, vector_store_id, index.id);
			await requireNoBuild(tx, vector_store_id);
			await queueAgain(tx, index.id);
			return queue.send(buildIndex, { index_id: index.id }, { tx, key: String(index.id) });
		default:
			throw new ExcerptError(
				"invalid_value",
				`The index '${public_id}' is ${index?.status ?? "gone"} and was never complete. Build a new one: what this one paid for is used again.`,
				{ param: "index_id" },
			);
	}
}
