import type { Database } from "../../src/db/database.ts";
import { reportBuild } from "../../src/store/index-builds.ts";
import { measureLacking } from "../../src/store/lacking-files.ts";
import type { Traffic } from "../../src/traffic.ts";

/** A store of many small files must not write as many reports. */
const REPORT_MS = 100;

/** Tells those who wait how far a build is: in characters of the documents that the store's active index holds. */
export class BuildProgress {
	readonly #db: Database;
	readonly #indexId: number;
	readonly #traffic: Traffic;
	#all = 0;
	#doneBefore = 0;
	/** Of the files under way and those that were finished since it was measured. */
	#written = new Map<string, number>();
	#reportedAt = 0;

	constructor(db: Database, indexId: number, traffic: Traffic) {
		this.#db = db;
		this.#indexId = indexId;
		this.#traffic = traffic;
	}

	/** Measures what there is and what is left. */
	async begin(): Promise<void> {
		const { all, lacking } = await measureLacking(this.#db, this.#indexId);
		this.#all = all;
		this.#doneBefore = all - lacking;
		this.#written.clear();
		await this.#report();
	}

	async written(fileId: string, end: number): Promise<void> {
		this.#written.set(fileId, end);
		if (performance.now() - this.#reportedAt > REPORT_MS) await this.#report();
	}

	/** What comes after the chunks are written, and cannot be measured. */
	async stage(stage: string): Promise<void> {
		await reportBuild(this.#db, this.#indexId, stage, null);
	}

	async #report(): Promise<void> {
		this.#reportedAt = performance.now();
		const written = [...this.#written.values()].reduce((sum, end) => sum + end, 0);
		const done = Math.min(this.#all, this.#doneBefore + written);
		const waiting = this.#traffic.isBusy ? { waiting_for: "questions, which go first" } : {};
		await reportBuild(this.#db, this.#indexId, "write", { done, of: this.#all, unit: "characters", ...waiting });
	}
}
