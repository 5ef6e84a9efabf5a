import { type ChildProcess, fork } from "node:child_process";
import { Socket } from "node:net";
import { extname } from "node:path";
import { fileURLToPath } from "node:url";
import { ExcerptError } from "../../src/errors.ts";
import type { AssembledPart, DocumentTotals } from "../assemble.ts";
import { invalidFile } from "./invalid-file.ts";
import type { Source } from "./parser.ts";
import type { FromProcess, ToProcess } from "./parser-messages.ts";

export type ParserLimits = {
	/** Heap that parsing a file may use, in MB. A process may reside in 256 MB more, for Node itself and for buffers. */
	memoryMb: number;
	/** Time that the parser may work on a file, in milliseconds; waiting for the consumer does not count. */
	timeoutMs: number;
};

/**
 * Node with the libraries of the largest format resides in some 110 MB, its young generation takes up to 50 MB beside
 * the limited heap, and buffers come and go: a 120 MB JSON file was read in 240 MB under a limit of 128.
 */
const NODE_MB = 256;
const PROGRAM = fileURLToPath(new URL(`./parser-process${extname(import.meta.url)}`, import.meta.url));

/** A process that parses one file at a time. It keeps our process alive only while it does. */
export class ParserChild {
	/** False once it must not be given another file. */
	usable = true;
	readonly #limits: ParserLimits;
	readonly #child: ChildProcess;
	readonly #exited: Promise<void>;
	#inbox: FromProcess[] = [];
	#stderr = "";
	/** How the process ended, or why it could not be started. */
	#gone: string | Error | undefined;
	#killed = false;
	#wake: () => void = () => {};

	constructor(limits: ParserLimits) {
		this.#limits = limits;
		this.#child = fork(PROGRAM, [String(limits.memoryMb + NODE_MB)], {
			serialization: "advanced",
			// With V8's own, larger young generation more garbage lay about (a 40 MB CSV: 298 MB resident instead of 203); with
			// one of 2 MB collecting took a tenth of a PDF's time.
			execArgv: [`--max-old-space-size=${limits.memoryMb}`, "--max-semi-space-size=8"],
			// Uploaded files are parsed with no secret in reach.
			env: {},
			stdio: ["ignore", "ignore", "pipe", "ipc"],
		});
		this.#exited = new Promise((resolve) => {
			const end = (how: string | Error) => {
				this.#end(how);
				resolve();
			};
			this.#child.on("error", (error) => end(error));
			this.#child.on("exit", (code, signal) => end(signal ?? `exit code ${code}`));
		});
		this.#child.on("message", (message: FromProcess) => {
			this.#inbox.push(message);
			this.#wake();
		});
		this.#child.stderr?.on("data", (data: Buffer) => {
			this.#stderr = (this.#stderr + data.toString()).slice(-4000);
		});
		this.#hold(false);
	}

	/** Parses a file; the consumer's pace is the parser's. An abort or an early return ends the process. */
	async *parse(source: Source, signal?: AbortSignal): AsyncGenerator<AssembledPart, DocumentTotals> {
		const wake = () => this.#wake();
		signal?.addEventListener("abort", wake);
		this.#hold(true);
		let settled = false;
		try {
			this.#send({ type: "parse", source });
			for (let workedMs = 0; ; ) {
				const message = await this.#receive(source, this.#limits.timeoutMs - workedMs, signal);
				if (message.type === "part") {
					workedMs = message.workedMs;
					yield message.part;
					this.#send({ type: "taken" });
					continue;
				}
				settled = true;
				// Memory that was not given back would be charged to the next file.
				this.usable = message.residentMb < NODE_MB + this.#limits.memoryMb / 2;
				if (message.type === "error") throw rebuilt(message);
				return message.totals;
			}
		} finally {
			signal?.removeEventListener("abort", wake);
			this.#hold(false);
			if (!settled) void this.kill();
		}
	}

	/** Ends the process; resolves when it has ended. */
	async kill(): Promise<void> {
		this.usable = false;
		this.#killed = true;
		this.#child.kill("SIGKILL");
		await this.#exited;
	}

	/** The next message. While we wait here with an empty inbox the parser is at work, so here its time runs. */
	async #receive(source: Source, remainingMs: number, signal: AbortSignal | undefined): Promise<FromProcess> {
		let late = false;
		// Where our own event loop was held up, a message may be waiting behind the timer.
		const timer = setTimeout(() => {
			setImmediate(() => {
				late = true;
				this.#wake();
			});
		}, remainingMs);
		try {
			for (;;) {
				signal?.throwIfAborted();
				const message = this.#inbox.shift();
				if (message) return message;
				if (this.#gone !== undefined) throw this.#failure(source, this.#gone);
				if (late) {
					const seconds = this.#limits.timeoutMs / 1000;
					throw invalidFile(
						source,
						`takes longer than the limit of ${seconds} s to parse; split it into smaller files, or raise PARSE_TIMEOUT_SECONDS`,
					);
				}
				await new Promise<void>((resolve) => {
					this.#wake = resolve;
				});
			}
		} finally {
			clearTimeout(timer);
		}
	}

	#failure(source: Source, gone: string | Error): Error {
		if (this.#killed) return new Error("the parser pool was closed");
		if (gone instanceof Error) return gone;
		const cause = new Error(`parser process ended: ${gone}`, { cause: this.#stderr });
		// SIGABRT is V8 at its heap limit, SIGKILL our memory watch or the system's.
		if (gone === "SIGABRT" || gone === "SIGKILL" || this.#stderr.includes("heap out of memory")) {
			const problem = `needs more than the limit of ${this.#limits.memoryMb} MB of memory to parse`;
			return invalidFile(source, `${problem}; split it into smaller files, or raise PARSE_MEMORY_MB`, cause);
		}
		return invalidFile(source, `made the parser stop unexpectedly (${gone})`, cause);
	}

	#send(message: ToProcess): void {
		// A process that has just died says so with its exit event.
		if (this.#child.connected) this.#child.send(message, () => {});
	}

	#end(how: string | Error): void {
		this.usable = false;
		this.#gone ??= how;
		this.#wake();
	}

	#hold(held: boolean): void {
		const handles = [
			this.#child,
			this.#child.channel,
			this.#child.stderr instanceof Socket ? this.#child.stderr : null,
		];
		for (const handle of handles) held ? handle?.ref() : handle?.unref();
	}
}

function rebuilt({ code, message, stack }: Extract<FromProcess, { type: "error" }>): Error {
	const cause = stack === undefined ? undefined : { stack };
	return code === undefined ? new Error(message, { cause }) : new ExcerptError(code, message, { cause });
}
