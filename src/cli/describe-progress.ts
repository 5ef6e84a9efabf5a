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
	return { done: stage === "index" ? 0.5 + share / 2 : 0.25, what: `${stage}${much}` };
}
