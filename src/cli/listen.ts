import type { AddressInfo } from "node:net";
import { createAdaptorServer } from "@hono/node-server";
import type { Service } from "../app.ts";
import { type Config, isLoopback } from "../config.ts";
import { ExcerptError } from "../errors.ts";
import type { Log } from "../log.ts";

/** Requests under way when a signal comes have this long to end. */
const DRAIN_MS = 10_000;

/**
 * Longer than clients keep a connection for the next request: where the server ends it first, that request meets a
 * connection that is being closed. Node's 5 s pass while the embedded database is busy.
 */
const KEEP_ALIVE_MS = 75_000;

type ListenConfig = Pick<Config, "HOST" | "PORT" | "OPENAI_BASE_URL">;

/** Serves until SIGINT or SIGTERM, then shuts down in order; a second signal ends at once. Resolves once it listens. */
export async function listen(service: Service, config: ListenConfig, log: Log): Promise<string> {
	const server = createAdaptorServer({ fetch: (request) => service.fetch(request) });
	if ("keepAliveTimeout" in server) server.keepAliveTimeout = KEEP_ALIVE_MS;
	try {
		if (asksItself(config)) throw itself(config);
		await new Promise<void>((resolve, reject) => {
			server.once("error", reject);
			server.listen(config.PORT, config.HOST, resolve);
		});
	} catch (error) {
		await service.close();
		throw unusable(error, config);
	}
	const { address, family, port } = server.address() as AddressInfo;
	const url = `http://${family === "IPv6" ? `[${address}]` : address}:${port}`;
	service.publishAddress(url);
	log.info({ url }, "serving");

	let stopping = false;
	const stop = async (signal: string) => {
		if (stopping) process.exit(1);
		stopping = true;
		log.info({ signal }, "shutting down; again to end at once");
		const drained = new Promise((resolve) => server.close(resolve));
		const patience = new Promise((resolve) => setTimeout(resolve, DRAIN_MS).unref());
		if ("closeIdleConnections" in server) server.closeIdleConnections();
		await Promise.race([drained, patience]);
		if ("closeAllConnections" in server) server.closeAllConnections();
		await service.close();
		log.info({}, "shut down");
	};
	process.on("SIGINT", stop);
	process.on("SIGTERM", stop);
	return url;
}

/** The variable has one name for our clients and for us: set for a client, it would have the server ask itself for ever. */
function asksItself({ HOST, PORT, OPENAI_BASE_URL }: ListenConfig): boolean {
	if (!URL.canParse(OPENAI_BASE_URL)) return false;
	const { hostname, port } = new URL(OPENAI_BASE_URL);
	return port === String(PORT) && (hostname === HOST || isLoopback(hostname));
}

function itself({ OPENAI_BASE_URL }: ListenConfig): ExcerptError {
	return new ExcerptError(
		"configuration",
		`OPENAI_BASE_URL is ${OPENAI_BASE_URL}, where Excerpt itself listens. Unset it here, or name the server that has the model; the address of Excerpt is for your application.`,
	);
}

function unusable(error: unknown, { HOST, PORT }: ListenConfig): unknown {
	const code = (error as NodeJS.ErrnoException).code;
	if (code === "EADDRINUSE") {
		return new ExcerptError(
			"configuration",
			`Port ${PORT} on ${HOST} is in use. Stop what listens there, or set PORT to another (0 picks a free one).`,
		);
	}
	if (code === "EACCES" || code === "EADDRNOTAVAIL" || code === "ENOTFOUND") {
		return new ExcerptError("configuration", `Cannot listen on ${HOST} port ${PORT} (${code}). Check HOST and PORT.`);
	}
	return error;
}
