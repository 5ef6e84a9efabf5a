import type { Handle } from "../db/handle.ts";
import { locate } from "../location.ts";
import { getDocumentParts } from "../store/documents.ts";
import type { Location } from "../types.ts";
import type { Quote } from "./cite.ts";

/**
 * Reads the document that a quote is from as it is stored now, and compares: the quote's location, which is that of the
 * blocks it touches and not the whole chunk's; undefined where the document does not say it there word for word, or is gone.
 */
export async function verifyQuote(db: Handle, { passage, quote, start, end }: Quote): Promise<Location | undefined> {
	const parts = await getDocumentParts(db, passage.document_id, start, end);
	const [first] = parts;
	if (!first) return undefined;
	const text = parts.map((part) => part.text).join("");
	if (text.slice(start - first.start, end - first.start) !== quote) return undefined;
	return locate(
		parts.flatMap((part) => part.blocks),
		start,
		end,
	);
}
