import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

const CLI = new URL("../src/cli.ts", import.meta.url).pathname;

export type Server = {
	pid: number;
	/** `http://127.0.0.1:PORT` */
	url: string;
	/** Seconds that the server has worked on each file, by the file's id, as it logs them. */
	seconds: Map<string, number>;
	/** How it ended, while nobody had asked it to. */
	died: () => string | undefined;
	stop: () => Promise<void>;
};

/** Starts `excerpt serve` in a process of its own; resolves once it serves. */
export async function startServer(settings: Record<string, string | undefined>): Promise<Server> {
	const child = spawn(process.execPath, [CLI, "serve"], { env: settings, stdio: ["ignore", "ignore", "pipe"] });
	const seconds = new Map<string, number>();
	let end: string | undefined;
	const said: string[] = [];
	const ended = once(child, "exit").then(([code, signal]) => {
		end = `${signal ?? `exit code ${code}`}: ${said.slice(-5).join("\n")}`;
	});
	const url = await new Promise<string>((resolve, reject) => {
		createInterface({ input: child.stderr }).on("line", (line) => {
			said.push(line);
			if (!line.startsWith("{")) return;
			const entry: { url?: string; file_id?: string; milliseconds?: number } = JSON.parse(line);
			if (entry.url) resolve(entry.url);
			if (entry.file_id && entry.milliseconds !== undefined) seconds.set(entry.file_id, entry.milliseconds / 1000);
		});
		void ended.then(() => reject(new Error(`the server did not start: ${end}`)));
	});
	return {
		pid: child.pid as number,
		url,
		seconds,
		died: () => end,
		async stop() {
			child.kill("SIGTERM");
			await ended;
		},
	};
}
