import { extname } from "node:path";
import { Worker } from "node:worker_threads";
import { ExcerptError, messageOf } from "../../src/errors.ts";
import { assemble } from "../assemble.ts";
import { parse } from "./parse.ts";
import type { KnownEarly, Source } from "./parser.ts";
import { CREDITS, type FromProcess, type ToProcess } from "./parser-messages.ts";

// The process that parses, one file at a time: the other end of parser-pool.ts, which starts it.

let credits = 0;
let wake: (() => void) | undefined;

process.on("message", (message: ToProcess) => {
	if (message.type === "parse") {
		credits = CREDITS;
		void run(message.source);
	} else {
		credits++;
		wake?.();
	}
});
process.on("disconnect", () => process.exit());
// Ctrl-C reaches every process of the terminal; the server decides when this one ends.
process.on("SIGINT", () => {});
process.on("SIGTERM", () => {});

const [residentMb] = process.argv.slice(2);
new Worker(new URL(`./memory-watch${extname(import.meta.url)}`, import.meta.url), {
	workerData: Number(residentMb),
}).unref();

async function run(source: Source): Promise<void> {
	try {
		let workedMs = 0;
		let known: KnownEarly = {};
		const batches = parse({
			...source,
			onKnown: (more) => {
				known = { ...more, ...known };
			},
		});
		const parts = assemble(batches, () => known);
		for (;;) {
			const started = performance.now();
			const { done, value } = await parts.next();
			workedMs += performance.now() - started;
			if (done) {
				send({ type: "end", totals: value, residentMb: process.memoryUsage.rss() / 1e6 });
				return;
			}
			send({ type: "part", part: value, workedMs });
			credits--;
			if (credits === 0) await new Promise<void>((resolve) => (wake = resolve));
		}
	} catch (error) {
		send(failure(source, error));
	}
}

function failure(source: Source, error: unknown): FromProcess {
	const message = messageOf(error);
	const residentMb = process.memoryUsage.rss() / 1e6;
	const stack = error instanceof Error ? error.stack : undefined;
	if (error instanceof ExcerptError) return { type: "error", code: error.code, message, stack, residentMb };
	// An error of the file system is ours, anything else that a parser throws is the file's.
	if (error instanceof Error && "syscall" in error) return { type: "error", message, stack, residentMb };
	const problem = `${source.filename} could not be parsed: ${message}`;
	return { type: "error", code: "invalid_file", message: problem, stack, residentMb };
}

function send(message: FromProcess): void {
	process.send?.(message);
}
