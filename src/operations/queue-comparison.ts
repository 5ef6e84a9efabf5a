import { randomInt } from "node:crypto";
import type { Handle } from "../db/handle.ts";
import { newId } from "../ids.ts";
import { compareSettings } from "../jobs/compare-settings.ts";
import type { JobQueue } from "../jobs/queue.ts";
import { insertComparison, type NewComparison } from "../store/comparisons.ts";

/** Puts a comparison into the queue; returns its id. */
export async function queueComparison(
	tx: Handle,
	queue: JobQueue,
	comparison: Omit<NewComparison, "id" | "seed">,
): Promise<string> {
	const id = newId("comparison");
	await insertComparison(tx, { ...comparison, id, seed: randomInt(2 ** 31) });
	await queue.send(compareSettings, { comparison_id: id }, { tx, key: id });
	return id;
}
