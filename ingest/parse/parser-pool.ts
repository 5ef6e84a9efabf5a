import type { AssembledPart, DocumentTotals } from "../assemble.ts";
import type { Source } from "./parser.ts";
import { ParserChild, type ParserLimits } from "./parser-child.ts";

type PoolOptions = ParserLimits & { size: number } & Pick<Source, "ocr">;

export type ParserPool = {
	/**
	 * The parts of a file's document, parsed and assembled outside this process: at most `size` files at a time, others
	 * wait their turn.
	 * Throws `invalid_file` too where a limit is exceeded, and the signal's reason on abort.
	 */
	parse: (source: Source, options?: { signal?: AbortSignal }) => AsyncGenerator<AssembledPart, DocumentTotals>;
	/** Ends all parsing; what is under way throws. */
	close: () => Promise<void>;
};

/**
 * Parses files in child processes, started when first needed and kept for the next file.
 *
 * Why not worker threads: a thread's `resourceLimits` do not contain it. A thread with a 64 MB limit that calls
 * JSON.parse on 150 MB, splits a long string or grows a Map takes the whole server down with "FATAL ERROR: Reached heap
 * limit" (measured on Node 24.21), its buffers count towards no limit, and a thread in a long native call cannot be
 * terminated. A process can be killed at any time. Piscina pools threads, and its tasks return one result: no stream.
 */
export function createParserPool({ size, ocr, ...limits }: PoolOptions): ParserPool {
	const children = new Set<ParserChild>();
	const idle: ParserChild[] = [];
	const waiting: (() => void)[] = [];
	let busy = 0;
	let closed = false;

	async function takeTurn(signal: AbortSignal | undefined): Promise<void> {
		signal?.throwIfAborted();
		if (busy < size) {
			busy++;
			return;
		}
		await new Promise<void>((resolve, reject) => {
			const go = () => {
				signal?.removeEventListener("abort", stop);
				resolve();
			};
			const stop = () => {
				waiting.splice(waiting.indexOf(go), 1);
				reject(signal?.reason);
			};
			waiting.push(go);
			signal?.addEventListener("abort", stop, { once: true });
		});
	}

	function passTurn(): void {
		const next = waiting.shift();
		if (next) next();
		else busy--;
	}

	async function* parse(source: Source, { signal }: { signal?: AbortSignal } = {}) {
		await takeTurn(signal);
		try {
			if (closed) throw new Error("the parser pool was closed");
			let child = idle.pop();
			while (child && !child.usable) child = idle.pop();
			child ??= new ParserChild(limits);
			children.add(child);
			try {
				return yield* child.parse({ ocr, ...source }, signal);
			} finally {
				if (child.usable) idle.push(child);
				else {
					children.delete(child);
					void child.kill();
				}
			}
		} finally {
			passTurn();
		}
	}

	async function close(): Promise<void> {
		closed = true;
		idle.length = 0;
		await Promise.all([...children].map((child) => child.kill()));
		children.clear();
	}

	return { parse, close };
}
