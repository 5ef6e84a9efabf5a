import { setTimeout as sleep } from "node:timers/promises";
import type OpenAI from "openai";
import { ExcerptError } from "../errors.ts";
import type { vectorStoreIndexBody } from "../wire/vector-store-index.ts";
import { createBuildBar } from "./build-bar.ts";
import { stopSignal } from "./stop-signal.ts";

export type Index = ReturnType<typeof vectorStoreIndexBody>;

const POLL_MS = 250;

/** Shows how far the build is until it ends. The signal, Ctrl-C by itself, ends the watching, not the build. */
export async function watchBuild(
	client: OpenAI,
	path: string,
	store: string,
	started: Index,
	stop = stopSignal(),
): Promise<void> {
	const bar = createBuildBar();
	let index = started;
	while (isBeingBuilt(index) && !stop.aborted) {
		const { done = 0, of } = index.progress ?? {};
		if (index.stage) bar.show(shareOf(index.stage, of ? done / of : 0), describeBuild(index));
		await sleep(POLL_MS, undefined, { signal: stop }).catch(() => {});
		index = await client.get<Index>(`${path}/${index.id}`);
	}
	if (!isBeingBuilt(index) && index.status !== "failed") bar.show(1, "done");
	bar.end();
	const { id, status, counts, last_error } = index;
	if (last_error) throw new ExcerptError("server_error", `The index ${id} is ${status}: ${last_error.message}`);
	const held = `${counts.chunks.toLocaleString("en-US")} chunks of ${counts.files.toLocaleString("en-US")} files`;
	const next = `'excerpt search QUESTION --store ${store} --index ${id}' asks it, 'excerpt reindex ${store} --use ${id}' lets it answer`;
	console.log(
		stop.aborted
			? `${id} is not done; the server, or the next to start, goes on with it.`
			: `${id} is ${status}: ${held}${status === "ready" ? `; ${next}` : ""}.`,
	);
}

export function isBeingBuilt({ status }: Pick<Index, "status">): boolean {
	return status === "queued" || status === "building";
}

/** What is being done for it, or waited for. */
export function describeBuild({ stage, progress }: Pick<Index, "stage" | "progress">): string {
	if (progress?.waiting_for) return `waiting: ${progress.waiting_for}`;
	return stage ?? "waiting for a worker";
}

/** What follows the writing cannot be measured. */
function shareOf(stage: string, written: number): number {
	return stage === "write" ? 0.95 * written : stage === "waiting" ? 0 : 0.95;
}
