import type { Database } from "../src/db/database.ts";
import { Overtaken } from "../src/jobs/while-current.ts";
import type { DocumentPart } from "../src/store/documents.ts";
import { type Progress, reportProgress, type VectorStoreFileRow } from "../src/store/vector-store-files.ts";
import type { OpenDocument } from "./open-document.ts";

/**
 * Tells those who wait how far a file is: `parse` with the pages or characters read as long as that goes on, then `index`
 * with the characters written of how many. Each report throws `Overtaken` where there is nobody left to tell.
 */
export class ProgressReport {
	readonly #db: Database;
	readonly #row: VectorStoreFileRow;
	#length: number | undefined;

	constructor(db: Database, row: VectorStoreFileRow) {
		this.#db = db;
		this.#row = row;
	}

	async reading(progress: Progress): Promise<void> {
		await this.#report("parse", progress);
	}

	async written(characters: number): Promise<void> {
		// While the parser reads on nobody knows how much there will be.
		if (this.#length === undefined) return;
		await this.#report("index", { done: characters, of: this.#length, unit: "characters" });
	}

	/** Passes parts on and reports that they were read. */
	async *watch({ parts, pages }: Pick<OpenDocument, "parts" | "pages">): AsyncGenerator<DocumentPart> {
		let read = 0;
		for await (const part of parts) {
			read = part.end;
			const page = part.blocks.at(-1)?.location.page_end;
			const inPages = pages !== undefined && page !== undefined;
			await this.reading(inPages ? { done: page, of: pages, unit: "pages" } : { done: read, unit: "characters" });
			yield part;
		}
		this.#length = read;
		await this.written(0);
	}

	async #report(stage: string, progress: Progress): Promise<void> {
		if (!(await reportProgress(this.#db, this.#row, stage, progress))) throw new Overtaken();
	}
}
