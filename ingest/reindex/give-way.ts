import { setTimeout } from "node:timers/promises";
import type { Traffic } from "../../src/traffic.ts";

/**
 * A quarter of the time is left to the build. With ten clients who ask all the time and two cores, p95 rose to 1.5 times
 * its usual value, and to 4.3 times where the build did not rest at all (50,000 chunks, docs/benchmarks.md).
 */
const REST = 3;

/**
 * Lets those who ask go first: while questions come, a build rests for `REST` times as long as it has worked. All files
 * that are written at a time rest together, so that what one leaves is not taken by another.
 */
export class GiveWay {
	readonly #traffic: Pick<Traffic, "isBusy">;
	/** When it began to work, or will after the rest that it is in. */
	#workingFrom: number;

	constructor(traffic: Pick<Traffic, "isBusy">, now = performance.now()) {
		this.#traffic = traffic;
		this.#workingFrom = now;
	}

	/** Returns at once where nobody asks. Rejects once the signal aborts. */
	async rest(signal: AbortSignal): Promise<void> {
		const milliseconds = this.restFrom(performance.now());
		if (milliseconds > 0) await setTimeout(milliseconds, undefined, { signal });
	}

	/** For how many milliseconds who has come to a rest now is to stay in it. */
	restFrom(now: number): number {
		const worked = now - this.#workingFrom;
		if (worked > 0) this.#workingFrom = this.#traffic.isBusy ? now + REST * worked : now;
		return this.#workingFrom - now;
	}
}
