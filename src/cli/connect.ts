import OpenAI from "openai";
import type { Config } from "../config.ts";
import { findLockHolder } from "../db/lock.ts";
import { createLog } from "../log.ts";

/** A client of the API, wherever it is served, and how to be done with it. */
export type Connection = { client: OpenAI; where: string; close(): Promise<void> };

/**
 * Talks to the server that holds the data directory, where one does; else opens the database in this process and
 * calls the same API without a socket. Commands have one way to do things, and it is the users'. `worker`: whether the
 * process then also ingests; one that only asks would take up a file and drop it again.
 */
export async function connect(config: Config, { worker = false }: { worker?: boolean } = {}): Promise<Connection> {
	const running = config.DATABASE_URL ? undefined : findLockHolder(config.DATA_DIR)?.address;
	if (running) return { client: createClient(config, running), where: running, close: async () => {} };
	// Loaded here: a command that talks to a server starts in half the time without one of its own.
	const { createService } = await import("../app.ts");
	const service = await createService(config, createLog(quieter(config.LOG_LEVEL)), { worker });
	return {
		client: createClient(config, "http://127.0.0.1", service.fetch),
		where: config.DATABASE_URL ? "DATABASE_URL" : config.DATA_DIR,
		close: () => service.close(),
	};
}

/** The official client, on our own API; `fetch` is given where no server listens. */
export function createClient(
	config: Config,
	url: string,
	fetch?: (request: Request) => Response | Promise<Response>,
): OpenAI {
	return new OpenAI({
		baseURL: `${url}/v1`,
		apiKey: config.API_KEY || "none",
		organization: null,
		project: null,
		...(fetch && {
			fetch: async (input: string | URL | Request, init?: RequestInit) => fetch(new Request(input, withDuplex(init))),
		}),
	});
}

/** A request with a streaming body must say that it does not wait for the answer while it sends. */
function withDuplex(init?: RequestInit): RequestInit | undefined {
	return init?.body ? ({ ...init, duplex: "half" } as RequestInit) : init;
}

/** A command prints its own results, and which files failed or wait and why; the log would say it in between once more. */
function quieter(level: string): string {
	return level === "info" ? "error" : level;
}
