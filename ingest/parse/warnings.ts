/** A list of warnings that stays short however bad the file: 20 are kept, the others counted. */
export class Warnings {
	readonly #notes: readonly string[];
	readonly #kept: string[] = [];
	#count = 0;

	/** `notes` are always kept, before the others. */
	constructor(notes: readonly string[] = []) {
		this.#notes = notes;
	}

	add(warning: string): void {
		this.#count++;
		if (this.#kept.length < 20) this.#kept.push(warning);
	}

	list(): string[] {
		const more = this.#count - this.#kept.length;
		return [...this.#notes, ...this.#kept, ...(more > 0 ? [`and ${more} more warnings like these`] : [])];
	}
}
