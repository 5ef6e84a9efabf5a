import type { Database } from "../src/db/database.ts";
import type { DocumentPart } from "../src/store/documents.ts";
import { reportProgress, type VectorStoreFileRow } from "../src/store/vector-store-files.ts";

/** The file was removed from its store, cancelled or attached again: this ingestion ends without a trace. */
export class Overtaken extends Error {}

/**
 * Tells those who wait how far a file is, in characters: `parse` with what was read as long as that goes on, then
 * `index` with what was written of how much. Each report throws `Overtaken` where there is nobody left to tell.
 */
export class ProgressReport {
	readonly #db: Database;
	readonly #row: VectorStoreFileRow;
	#length: number | undefined;

	constructor(db: Database, row: VectorStoreFileRow) {
		this.#db = db;
		this.#row = row;
	}

	async reading(characters: number): Promise<void> {
		await this.#report("parse", { done: characters, unit: "characters" });
	}

	async written(characters: number): Promise<void> {
		// While the parser reads on nobody knows how much there will be.
		if (this.#length === undefined) return;
		await this.#report("index", { done: characters, of: this.#length, unit: "characters" });
	}

	/** Passes parts on and reports that they were read. */
	async *watch(parts: AsyncIterable<DocumentPart>): AsyncGenerator<DocumentPart> {
		let read = 0;
		for await (const part of parts) {
			read = part.end;
			await this.reading(read);
			yield part;
		}
		this.#length = read;
		await this.written(0);
	}

	async #report(stage: string, progress: Parameters<typeof reportProgress>[3]): Promise<void> {
		if (!(await reportProgress(this.#db, this.#row, stage, progress))) throw new Overtaken();
	}
}
