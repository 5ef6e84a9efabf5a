/** Whoever asks once asks again: a conversation, or another client. */
const QUIET_AFTER_MS = 2_000;

/**
 * Whether questions are being asked in this process. Answers share its thread, and its database, with work that can wait:
 * it stands back for them.
 */
export class Traffic {
	#askedAt = Number.NEGATIVE_INFINITY;

	/** A question has come. */
	note(): void {
		this.#askedAt = performance.now();
	}

	get isBusy(): boolean {
		return performance.now() - this.#askedAt < QUIET_AFTER_MS;
	}
}
