/** Whoever asks once asks again: a conversation, or another client. */
const QUIET_AFTER_MS = 2_000;

/**
 * Whether questions are being asked in this process. Answers share its thread, and its database, with work that can wait:
 * it stands back for them.
 */
export class Traffic {
	#underWay = 0;
	#answeredAt = Number.NEGATIVE_INFINITY;

	/** Runs what answers a question. */
	async during(answer: () => Promise<void>): Promise<void> {
		this.#underWay++;
		try {
			await answer();
		} finally {
			this.#underWay--;
			this.#answeredAt = performance.now();
		}
	}

	/** Also where a question waits for long: as for the embedded database's one connection, while much is written. */
	get isBusy(): boolean {
		return this.#underWay > 0 || performance.now() - this.#answeredAt < QUIET_AFTER_MS;
	}
}
