import type { Location, Passage } from "../types.ts";
import type { Dropped, DropReason } from "./context.ts";
import { roundScore } from "./round-score.ts";

/** A passage as a receipt names it: without its text. */
export type PassageEntry = {
	chunk_id: string;
	file_id: string;
	filename: string;
	location: Location;
	score: number;
	tokens: number;
};

export type DroppedEntry = PassageEntry & { reason: DropReason };

export function passageEntry({ chunk_id, file_id, filename, location, score, tokens }: Passage): PassageEntry {
	return { chunk_id, file_id, filename, location, score: roundScore(score), tokens };
}

export function droppedEntry({ passage, reason }: Dropped): DroppedEntry {
	return { ...passageEntry(passage), reason };
}
