import type { Database } from "../src/db/database.ts";
import { type DocumentPart, getDocumentParts } from "../src/store/documents.ts";

type Held = { file_id: string; document_id: string; length: number };
export type PickedPassage = { file_id: string; text: string };

/** Enough to ask about, and little enough to read: some 700 tokens. */
const LENGTH = 3_000;

/**
 * A passage somewhere in the documents: whole blocks from a place of chance on, each character as likely as any other.
 * Undefined where there is no text, or the file was removed meanwhile.
 */
export async function pickPassage(
	db: Database,
	held: Held[],
	random: () => number,
): Promise<PickedPassage | undefined> {
	let place = Math.floor(random() * held.reduce((sum, { length }) => sum + length, 0));
	const document = held.find(({ length }) => {
		if (place < length) return true;
		place -= length;
		return false;
	});
	if (!document) return undefined;
	const [part] = await getDocumentParts(db, document.document_id, place, place + 1);
	const text = part && passageAt(part, place);
	return text ? { file_id: document.file_id, text } : undefined;
}

/** The blocks from the one at that place on, until there are enough characters; never more than twice as many. */
export function passageAt(
	{ start, text, blocks }: Pick<DocumentPart, "start" | "text" | "blocks">,
	place: number,
): string {
	const first = blocks.findIndex((block) => block.end > place);
	const opening = blocks[first];
	if (!opening) return "";
	const last = blocks.slice(first).find((block) => block.end - opening.start >= LENGTH) ?? blocks.at(-1);
	// Of a block that is longer than a passage what stands from that place on.
	const from = last === opening ? Math.max(opening.start, Math.min(place, opening.end - LENGTH)) : opening.start;
	const until = Math.min(last?.end ?? opening.end, from + 2 * LENGTH);
	return text
		.slice(from - start, until - start)
		.toWellFormed()
		.trim();
}
