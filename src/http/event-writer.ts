import type { StoredEvent } from "../store/response-events.ts";

/** What a model says in this time is kept in one transaction; followers are told that much later. */
const MOMENT_MS = 100;

/** Keeps a background response's events, those of a moment together, while the answer goes on. */
export class EventWriter {
	readonly #append: (events: StoredEvent[]) => Promise<void>;
	#waiting: StoredEvent[] = [];
	#timer: NodeJS.Timeout | undefined;
	#writing: Promise<void> = Promise.resolve();

	/** `append` must not throw: what becomes of a response whose events cannot be kept is its to say. */
	constructor(append: (events: StoredEvent[]) => Promise<void>) {
		this.#append = append;
	}

	add(events: StoredEvent[]): void {
		if (events.length === 0) return;
		// As they are now: what they hold of the response grows on.
		this.#waiting.push(...structuredClone(events));
		this.#timer ??= setTimeout(() => this.#write(), MOMENT_MS);
	}

	/** Stops writing, and returns what is not written, for the transaction that ends the response. */
	async rest(): Promise<StoredEvent[]> {
		clearTimeout(this.#timer);
		await this.#writing;
		return this.#waiting;
	}

	#write(): void {
		this.#timer = undefined;
		const events = this.#waiting.splice(0);
		this.#writing = this.#writing.then(() => this.#append(events));
	}
}
