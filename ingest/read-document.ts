import type { BlobStore } from "../src/blobs/blob-store.ts";
import type { Database } from "../src/db/database.ts";
import { newId } from "../src/ids.ts";
import {
	completeDocument,
	type DocumentRow,
	deleteUnusedDocuments,
	getDocumentOfFile,
	insertDocument,
	insertDocumentPart,
} from "../src/store/documents.ts";
import type { FileRow } from "../src/store/files.ts";
import { assemble } from "./assemble.ts";
import type { ParserPool } from "./parse/parser-pool.ts";
import { sourceOf } from "./source-of.ts";

type Deps = { db: Database; blobs: BlobStore; parsers: ParserPool };

/**
 * The document of a file: read from the database where a parser has been through it before, parsed otherwise, once for
 * however many stores. Undefined where the file was deleted meanwhile. `onPart` is told how many characters are done.
 */
export async function readDocument(
	{ db, blobs, parsers }: Deps,
	file: FileRow & { project_id: string },
	onPart: (characters: number) => Promise<void>,
	signal: AbortSignal,
): Promise<DocumentRow | undefined> {
	const known = await getDocumentOfFile(db, file.id);
	if (known) return known;
	const id = newId("document");
	await insertDocument(db, { id, project_id: file.project_id, file_id: file.id });
	await blobs.withPath(file.id, async (path) => {
		const parts = assemble(parsers.parse(sourceOf(file, path), { signal }));
		try {
			for (;;) {
				const { done, value } = await parts.next();
				if (done) return completeDocument(db, { id, ...value });
				await insertDocumentPart(db, id, value);
				await onPart(value.end);
			}
		} finally {
			await parts.return({ length: 0, tokens: 0, facts: { warnings: [] } });
		}
	});
	await deleteUnusedDocuments(db, file.id);
	return getDocumentOfFile(db, file.id);
}
