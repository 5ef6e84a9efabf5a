import type { BlobStore } from "../src/blobs/blob-store.ts";
import type { Database } from "../src/db/open.ts";
import { newId } from "../src/ids.ts";
import { countTokens } from "../src/models/tokens.ts";
import {
	completeDocument,
	type DocumentPart,
	type DocumentRow,
	deleteUnusedDocuments,
	getDocumentOfFile,
	insertDocument,
	insertDocumentPart,
} from "../src/store/documents.ts";
import type { FileRow } from "../src/store/files.ts";
import type { Piece } from "../src/types.ts";
import type { ParserPool } from "./parse/parser-pool.ts";

type Deps = { db: Database; blobs: BlobStore; parsers: ParserPool };

/** 256 KiB of UTF-8 at the most: a UTF-16 unit takes up to three bytes. Blocks are never cut, they end within it. */
const PART_LENGTH = 80_000;

/**
 * The document of a file: read from the database where a parser has been through it before, parsed otherwise, once for
 * however many stores. Undefined where the file was deleted meanwhile. `onPart` is told how many characters are done.
 */
export async function readDocument(
	deps: Deps,
	file: FileRow & { project_id: string },
	onPart: (characters: number) => Promise<void>,
	signal: AbortSignal,
): Promise<DocumentRow | undefined> {
	const known = await getDocumentOfFile(deps.db, file.id);
	if (known) return known;
	const id = newId("document");
	await insertDocument(deps.db, { id, project_id: file.project_id, file_id: file.id });
	await deps.blobs.withPath(file.id, async (path) => {
		const assembly = new DocumentAssembly((part) => insertDocumentPart(deps.db, id, part));
		const batches = deps.parsers.parse({ path, filename: file.filename, bytes: file.bytes }, { signal });
		for (;;) {
			const { done, value } = await batches.next();
			if (done) {
				await assembly.end();
				await completeDocument(deps.db, { id, length: assembly.length, tokens: assembly.tokens, facts: value });
				return;
			}
			if (await assembly.add(value)) await onPart(assembly.length);
		}
	});
	await deleteUnusedDocuments(deps.db, file.id);
	return getDocumentOfFile(deps.db, file.id);
}

/** Lays pieces end to end into the canonical text, and cuts it into parts at piece boundaries. */
class DocumentAssembly {
	length = 0;
	tokens = 0;
	#part: DocumentPart = { ordinal: 0, start: 0, end: 0, text: "", blocks: [] };
	readonly #write: (part: DocumentPart) => Promise<void>;

	constructor(write: (part: DocumentPart) => Promise<void>) {
		this.#write = write;
	}

	/** True where a part was written. */
	async add(pieces: Piece[]): Promise<boolean> {
		let wrote = false;
		for (const piece of pieces) {
			if (this.#part.text.length > 0 && this.#part.text.length + piece.text.length > PART_LENGTH) {
				await this.#flush();
				wrote = true;
			}
			const start = this.length;
			this.#part.text += piece.text;
			this.length += piece.text.length;
			if (piece.kind === "gap") continue;
			const tokens = countTokens(piece.text);
			this.tokens += tokens;
			this.#part.blocks.push({ kind: piece.kind, start, end: this.length, tokens, location: piece.location });
		}
		return wrote;
	}

	async end(): Promise<void> {
		if (this.#part.text.length > 0) await this.#flush();
	}

	async #flush(): Promise<void> {
		await this.#write({ ...this.#part, end: this.length });
		this.#part = { ordinal: this.#part.ordinal + 1, start: this.length, end: this.length, text: "", blocks: [] };
	}
}
