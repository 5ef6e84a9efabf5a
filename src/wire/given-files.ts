import type { StoredItem } from "../store/responses.ts";

/** Files that users gave in a conversation, by their ids: with the question that is to be answered, and before it. */
export type GivenFiles = { now: string[]; earlier: string[] };

/** `items`: the conversation with the request's input, oldest first. What was given twice counts where it was last. */
export function givenFiles(items: StoredItem[]): GivenFiles {
	const asked = items.findLastIndex((item) => item.type === "message" && item.role === "user");
	const now = new Set(items.slice(Math.max(0, asked)).flatMap(filesOf));
	const earlier = new Set(items.slice(0, Math.max(0, asked)).flatMap(filesOf));
	return { now: [...now], earlier: [...earlier.difference(now)] };
}

/** The files in a message of a user's. */
export function filesOf(item: StoredItem): string[] {
	if (item.type !== "message" || item.role !== "user") return [];
	const parts = item.content as { type: string; file_id?: string }[];
	return parts.flatMap((part) => (part.type === "input_file" && part.file_id ? [part.file_id] : []));
}
