import type { AddressInfo } from "node:net";
import { createAdaptorServer } from "@hono/node-server";
import OpenAI, { type ClientOptions } from "openai";
import { createService, type Service } from "../../src/app.ts";
import { loadConfig } from "../../src/config.ts";
import { createLog } from "../../src/log.ts";
import { createTestDatabase } from "./database.ts";
import { expectWire } from "./wire-schema.ts";

export type TestService = {
	/** The official client; every body it receives is checked against the wire's schema. */
	client: OpenAI;
	/** `http://127.0.0.1:PORT` */
	url: string;
	service: Service;
	/** Where this service keeps its bytes. */
	dataDirectory: string;
	/** Another client of the same server. */
	createClient(options?: ClientOptions): OpenAI;
	stop(): Promise<void>;
};

/** A real server on a free port, with a database of its own; `settings` are environment variables. */
export async function startTestService(
	settings: Record<string, string> = {},
	{ worker = true }: { worker?: boolean } = {},
): Promise<TestService> {
	const database = await createTestDatabase();
	const config = loadConfig({ LOG_LEVEL: "silent", OCR: "off", ...database.settings, ...settings });
	const service = await createService(config, createLog(config.LOG_LEVEL), { worker, background: true });
	const server = createAdaptorServer({ fetch: (request) => service.fetch(request) });
	if ("keepAliveTimeout" in server) server.keepAliveTimeout = 75_000;
	await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
	const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
	const createClient = (options: ClientOptions = {}) =>
		new OpenAI({
			baseURL: `${url}/v1`,
			apiKey: config.API_KEY || "none",
			maxRetries: 0,
			fetch: checkedFetch,
			...options,
		});
	return {
		client: createClient(),
		url,
		service,
		dataDirectory: config.DATA_DIR,
		createClient,
		async stop() {
			await new Promise((resolve) => {
				server.close(resolve);
				if ("closeAllConnections" in server) server.closeAllConnections();
			});
			await service.close();
			await database.remove();
		},
	};
}

/** Reads JSON bodies on the way and holds them against the schema of their route. */
async function checkedFetch(input: string | URL | Request, init?: RequestInit): Promise<Response> {
	const response = await fetch(input, init);
	if (response.headers.get("content-type")?.startsWith("application/json")) {
		const path = new URL(input instanceof Request ? input.url : input).pathname.replace(/^\/v1/, "");
		expectWire(init?.method ?? "GET", path, response.status, await response.clone().json());
	}
	return response;
}
