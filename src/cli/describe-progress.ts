import type { VectorStoreFile } from "openai/resources/vector-stores/files";
import type { Progress } from "../store/vector-store-files.ts";

/** How far a file is, 0..1, what is being done with it ("" where no worker has begun), and what it waits for, if it does. */
export function describeProgress(file: VectorStoreFile): { done: number; what: string; waitingFor?: string } {
	const { stage, progress } = file as VectorStoreFile & { stage: string | null; progress: Progress | null };
	if (!stage) return { done: 0, what: "" };
	const waitingFor = progress?.waiting_for;
	if (waitingFor) return { done: 0, what: `waiting: ${waitingFor}`, waitingFor };
	const share = progress?.of ? progress.done / progress.of : 0;
	const sofar = progress?.done ? `, ${progress.done.toLocaleString("en-US")} ${progress.unit} so far` : "";
	const much = progress?.of ? ` ${Math.floor(100 * share)} %` : sofar;
	return { done: doneOf(stage, progress?.of ? share : undefined), what: `${stage}${much}` };
}

/** Reading is the first half, writing the second; where nobody knows how much there is to read, a quarter. */
function doneOf(stage: string, share: number | undefined): number {
	if (stage === "index") return 0.5 + (share ?? 0) / 2;
	return share === undefined ? 0.25 : share / 2;
}
