import { ExcerptError } from "../errors.ts";

type Open<Piece> = (signal: AbortSignal) => PromiseLike<AsyncIterable<Piece>>;

/**
 * The pieces of an answer that `open` asks a server for. Where nothing comes for so many seconds, before the first piece or
 * between two, the call is ended and `upstream_error` thrown; where `signal` is aborted, its reason. The time a reader takes
 * between two pieces is its own.
 *
 * Clients of servers do not all mind a signal while they wait, so that waiting is given up here whatever they do.
 */
export async function* listen<Piece>(
	open: Open<Piece>,
	signal: AbortSignal,
	silenceSeconds: number,
): AsyncGenerator<Piece> {
	signal.throwIfAborted();
	const end = new AbortController();
	const ended = AbortSignal.any([signal, end.signal]);
	const givenUp = new Promise<never>((_, reject) => {
		ended.addEventListener("abort", () => reject(ended.reason), { once: true });
	});
	// It is waited for only while something else is.
	givenUp.catch(() => {});

	async function inTime<Value>(coming: PromiseLike<Value>): Promise<Value> {
		const timer = setTimeout(() => end.abort(tooSilent(silenceSeconds)), silenceSeconds * 1000);
		try {
			return await Promise.race([coming, givenUp]);
		} finally {
			clearTimeout(timer);
		}
	}

	try {
		const pieces = (await inTime(open(ended)))[Symbol.asyncIterator]();
		for (;;) {
			const next = await inTime(pieces.next());
			if (next.done) return;
			yield next.value;
		}
	} finally {
		end.abort();
	}
}

function tooSilent(seconds: number): ExcerptError {
	return new ExcerptError(
		"upstream_error",
		`The model server sent nothing for ${seconds} s. Check that it is not stuck or overloaded; MODEL_TIMEOUT_SECONDS sets how long it may be silent.`,
		{ retryable: true },
	);
}
