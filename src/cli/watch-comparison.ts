import { setTimeout as sleep } from "node:timers/promises";
import type OpenAI from "openai";
import { ExcerptError } from "../errors.ts";
import type { comparisonBody } from "../wire/comparison.ts";
import { createBuildBar } from "./build-bar.ts";

export type Comparison = ReturnType<typeof comparisonBody>;

const POLL_MS = 250;

/**
 * Shows how far the comparison is until it ends, and returns it then, or as it is when the signal ends the watching. Throws
 * why it failed.
 */
export async function watchComparison(
	client: OpenAI,
	path: string,
	started: Comparison,
	stop: AbortSignal,
): Promise<Comparison> {
	if (started.results) return started;
	const bar = createBuildBar("Comparing");
	let comparison = started;
	while (isUnderWay(comparison) && !stop.aborted) {
		bar.show(shareOf(comparison), describeComparison(comparison));
		await sleep(POLL_MS, undefined, { signal: stop }).catch(() => {});
		comparison = await client.get<Comparison>(`${path}/${started.id}`);
	}
	if (comparison.results) bar.show(1, "done");
	bar.end();
	const { id, status, last_error } = comparison;
	if (last_error) throw new ExcerptError("server_error", `The comparison ${id} is ${status}: ${last_error.message}`);
	return comparison;
}

export function isUnderWay({ status }: Pick<Comparison, "status">): boolean {
	return status === "queued" || status === "in_progress";
}

/** "ask structure:300/0, 12 of 50 questions", or what it waits for. */
export function describeComparison({ progress }: Pick<Comparison, "progress">): string {
	if (!progress) return "waiting for a worker";
	const { stage, setting, done = 0, of, unit, waiting_for } = progress;
	if (waiting_for) return `waiting: ${waiting_for}`;
	return `${stage}${setting ? ` ${setting}` : ""}${of ? `, ${done} of ${of} ${unit}` : ""}`;
}

/** What is done of the whole, 0..1, as if each of the settings took as long, half of it for building and half for asking. */
function shareOf({ progress, settings }: Comparison): number {
	if (progress?.stage === "measure") return 0.99;
	const place = settings.findIndex(({ name }) => name === progress?.setting);
	if (!progress || place === -1) return 0;
	const within = progress.of ? (progress.done ?? 0) / progress.of : 0;
	return (place + (progress.stage === "ask" ? 0.5 + within / 2 : within / 2)) / settings.length;
}
