import type { Database } from "../src/db/database.ts";
import type { Embedder } from "../src/models/embedder.ts";
import { vectorText } from "../src/models/vector-text.ts";
import { findVectors, type Vector } from "../src/store/vectors.ts";

/** The vectors of one file's texts. A text that is known is not sent, and one that occurs twice is sent once: both cost money. */
export class FileVectors {
	readonly embedder: Embedder;
	readonly #db: Database;
	readonly #reusable: number[];
	readonly #signal: AbortSignal;
	/** By hash, from when they are looked for until the database has them for the batches behind. */
	readonly #underWay = new Map<string, Promise<Vector>>();

	/** `reusable`: indexes of the same embedding model whose vectors may be taken, the file's own among them. */
	constructor(db: Database, embedder: Embedder, reusable: number[], signal: AbortSignal) {
		this.#db = db;
		this.embedder = embedder;
		this.#reusable = reusable;
		this.#signal = signal;
	}

	/** Of as many texts as one request may hold; `hashes` say which are the same. */
	async of(texts: string[], hashes: Buffer[]): Promise<Vector[]> {
		const keys = hashes.map((hash) => hash.toString("hex"));
		const fresh = new Map<string, string>();
		for (const [place, key] of keys.entries()) {
			if (!this.#underWay.has(key)) fresh.set(key, texts[place] as string);
		}
		const found = this.#findOrMake(fresh);
		for (const key of fresh.keys()) {
			this.#underWay.set(
				key,
				found.then((vectors) => vectors.get(key) as Vector),
			);
		}
		return Promise.all(keys.map((key) => this.#underWay.get(key) as Promise<Vector>));
	}

	/** These are in the index now. */
	written(hashes: Buffer[]): void {
		for (const hash of hashes) this.#underWay.delete(hash.toString("hex"));
	}

	async #findOrMake(texts: Map<string, string>): Promise<Map<string, Vector>> {
		if (texts.size === 0) return new Map();
		const vectors = await findVectors(this.#db, this.#reusable, [...texts.keys()]);
		const missing = [...texts.keys()].filter((key) => !vectors.has(key));
		if (missing.length === 0) return vectors;
		const asked = missing.map((key) => texts.get(key) as string);
		const made = await this.embedder.embed(asked, { signal: this.#signal });
		for (const [place, key] of missing.entries()) {
			const embedding = made[place] ?? [];
			vectors.set(key, { text: vectorText(embedding), dimensions: embedding.length });
		}
		return vectors;
	}
}
