import { createHash } from "node:crypto";
import type { ChunkDraft } from "../src/types.ts";
import { withoutName } from "./chunk/context-line.ts";

/** What a chunk is searched by: its context line and its text. */
export function searchedText({ context, text }: Pick<ChunkDraft, "context" | "text">): string {
	return context ? `${context}\n${text}` : text;
}

/** What of it is embedded: not its file's name, so that copies share their vectors. */
export function embeddedText({ context, text }: Pick<ChunkDraft, "context" | "text">, filename: string): string {
	return searchedText({ context: withoutName(context, filename), text });
}

/** By which a vector is found again. */
export function contentHash(embedded: string): Buffer {
	return createHash("sha256").update(embedded).digest();
}
