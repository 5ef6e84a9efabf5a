import type { Handle } from "../db/handle.ts";
import { locate } from "../location.ts";
import { readSpan } from "../store/documents.ts";
import type { Location } from "../types.ts";
import type { Quote } from "./cite.ts";

/**
 * Reads the document that a quote is from as it is stored now, and compares: the quote's location, which is that of the
 * blocks it touches and not the whole chunk's; undefined where the document does not say it there word for word, or is gone.
 */
export async function verifyQuote(db: Handle, { passage, quote, start, end }: Quote): Promise<Location | undefined> {
	const stored = await readSpan(db, passage.document_id, start, end);
	return stored?.text === quote ? locate(stored.blocks, start, end) : undefined;
}
