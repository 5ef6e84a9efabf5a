import type { Database } from "../src/db/database.ts";
import { type DocumentPart, getDocumentPart } from "../src/store/documents.ts";

/** The parts of a stored document, one at a time. */
export async function* readParts(db: Database, documentId: string): AsyncGenerator<DocumentPart> {
	for (let ordinal = 0; ; ordinal++) {
		const part = await getDocumentPart(db, documentId, ordinal);
		if (!part) return;
		yield part;
	}
}
