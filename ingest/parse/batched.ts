import type { DocumentFacts, Piece } from "../../src/types.ts";

/** Large enough that handing a batch over costs little beside parsing it, small enough to hold several in memory. */
const PIECES = 500;
const CHARACTERS = 64 * 1024;

/** Collects single pieces into batches of at most 500 pieces or some 64 Ki characters; returns the reader's facts. */
export async function* batched(
	pieces: AsyncGenerator<Piece, DocumentFacts> | Generator<Piece, DocumentFacts>,
): AsyncGenerator<Piece[], DocumentFacts> {
	let batch: Piece[] = [];
	let characters = 0;
	try {
		for (;;) {
			// A synchronous generator's result needs no turn of the event loop.
			const step = pieces.next();
			const { done, value } = step instanceof Promise ? await step : step;
			if (done) {
				if (batch.length > 0) yield batch;
				return value;
			}
			batch.push(value);
			characters += value.text.length;
			if (batch.length === PIECES || characters >= CHARACTERS) {
				yield batch;
				batch = [];
				characters = 0;
			}
		}
	} finally {
		await pieces.return({ warnings: [] });
	}
}
