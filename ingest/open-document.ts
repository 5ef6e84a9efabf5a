import type { BlobStore } from "../src/blobs/blob-store.ts";
import type { Database } from "../src/db/database.ts";
import { newId } from "../src/ids.ts";
import {
	completeDocument,
	type DocumentPart,
	deleteUnusedDocuments,
	getDocumentOfFile,
	getDocumentPart,
	insertDocument,
	insertDocumentPart,
} from "../src/store/documents.ts";
import type { FileRow } from "../src/store/files.ts";
import type { AssembledPart, DocumentTotals } from "./assemble.ts";
import type { ParserPool } from "./parse/parser-pool.ts";
import { readParts } from "./read-parts.ts";
import { sourceOf } from "./source-of.ts";

type Deps = { db: Database; blobs: BlobStore; parsers: ParserPool };

/** A document that is being read: its parts come once, in order; whoever opened it closes it, read to the end or not. */
export type OpenDocument = {
	id: string;
	title: string | undefined;
	/** How many there will be, where the format has pages and says so. */
	pages: number | undefined;
	/** The text of its first part. */
	beginning: string;
	parts: AsyncIterable<DocumentPart>;
	close(): Promise<void>;
};

/**
 * The document of a file: from the database where a parser has been through it before, once for however many stores;
 * else parsed, each part kept before it is passed on. Only at the end does the file point to what was kept: a document
 * that was begun and left counts for nothing.
 */
export async function openDocument(
	{ db, blobs, parsers }: Deps,
	file: FileRow & { project_id: string },
	signal: AbortSignal,
): Promise<OpenDocument> {
	const known = await openStored(db, file.id);
	if (known) return known;
	const id = newId("document");
	await insertDocument(db, { id, project_id: file.project_id, file_id: file.id });
	const { parts, ...parsed } = await openParsed({ blobs, parsers }, file, signal);
	return { id, ...parsed, parts: kept() };

	async function* kept(): AsyncGenerator<DocumentPart> {
		for (;;) {
			const step = await parts.next();
			if (step.done) {
				await completeDocument(db, { id, ...step.value });
				return deleteUnusedDocuments(db, file.id);
			}
			await db.requireRoom();
			await insertDocumentPart(db, id, step.value);
			yield step.value;
		}
	}
}

/** The document of a file from the database, or undefined where no parser has been through it to the end. */
export async function openStored(db: Database, fileId: string): Promise<OpenDocument | undefined> {
	const known = await getDocumentOfFile(db, fileId);
	if (!known) return undefined;
	const beginning = (await getDocumentPart(db, known.id, 0))?.text ?? "";
	const { title, pages } = known.facts;
	return { id: known.id, title, pages, beginning, parts: readParts(db, known.id), close: async () => {} };
}

type Parsed = Omit<OpenDocument, "id" | "parts"> & { parts: AsyncGenerator<AssembledPart, DocumentTotals> };

/** As `openDocument`, straight from the parser: nothing is kept, and the totals come at the end. */
export async function openParsed(
	{ blobs, parsers }: Pick<Deps, "blobs" | "parsers">,
	file: FileRow,
	signal: AbortSignal,
): Promise<Parsed> {
	const local = await blobs.openLocal(file.id);
	const all = parsers.parse(sourceOf(file, local.path), { signal });
	let closed = false;
	const close = async () => {
		closed = true;
		await all.return({ length: 0, tokens: 0, facts: { warnings: [] } });
		await local.close();
	};
	try {
		// The title comes with the first part.
		const first = await all.next();
		const { title, pages, text = "" } = first.done ? {} : first.value;
		return { title, pages, beginning: text, parts: from(first), close };
	} catch (error) {
		await close();
		throw error;
	}

	async function* from(step: IteratorResult<AssembledPart, DocumentTotals>) {
		while (!step.done) {
			// One part ahead: of a short document the parser is then done with, however long its chunks wait for vectors.
			const next = all.next();
			// Heard when it is awaited; until then a failure must not count as unhandled.
			next.catch(() => {});
			yield step.value;
			step = await next;
		}
		// Whoever still reads behind the close must not take what was read so far for the whole.
		if (closed) throw new Error("the document was closed before its end");
		return step.value;
	}
}
