import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { until } from "./until.ts";

const CLI = new URL("../../src/cli.ts", import.meta.url).pathname;

export type CliResult = { code: number | null; signal: NodeJS.Signals | null; stdout: string; stderr: string };

/** A command that runs, with what it has said so far. */
export type CliProcess = {
	pid: number;
	/** Both streams, as they came. */
	said(): string;
	/** Waits until it has said something of that form, and returns the match. */
	untilSaid(pattern: RegExp): Promise<RegExpMatchArray>;
	/** Ends it by a signal, unless it has ended; resolves with its exit. */
	end(signal: NodeJS.Signals): Promise<CliResult>;
	ended: Promise<CliResult>;
};

/** Starts `excerpt …` in an environment that holds nothing but the settings given. */
export function startCli(args: string[], settings: Record<string, string>): CliProcess {
	const child: ChildProcess = spawn(process.execPath, [CLI, ...args], {
		env: { PATH: process.env.PATH, OCR: "off", ...settings },
		stdio: ["ignore", "pipe", "pipe"],
	});
	const streams = { stdout: "", stderr: "" };
	for (const name of ["stdout", "stderr"] as const) {
		child[name]?.setEncoding("utf8").on("data", (text: string) => {
			streams[name] += text;
		});
	}
	const ended = once(child, "close").then(([code, signal]): CliResult => ({ code, signal, ...streams }));
	const said = () => streams.stdout + streams.stderr;
	return {
		pid: child.pid as number,
		said,
		ended,
		untilSaid: (pattern) =>
			until(`${pattern} of "excerpt ${args.join(" ")}"`, () => {
				const match = said().match(pattern);
				if (!match && child.exitCode !== null) throw new Error(`it ended instead, and had said: ${said()}`);
				return match ?? undefined;
			}),
		async end(signal) {
			if (child.exitCode === null && child.signalCode === null) child.kill(signal);
			return ended;
		},
	};
}

/** Runs `excerpt …` to its end. */
export function runCli(args: string[], settings: Record<string, string> = {}): Promise<CliResult> {
	return startCli(args, settings).ended;
}

/** Starts `excerpt serve` on a free port; resolves with its address once it serves. */
export async function startServe(
	settings: Record<string, string>,
	args: string[] = [],
): Promise<{ process: CliProcess; url: string }> {
	const process = startCli(["serve", ...args], { PORT: "0", ...settings });
	const match = await process.untilSaid(/"url":"(http:[^"]+)"/);
	return { process, url: match[1] as string };
}
