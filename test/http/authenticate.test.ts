import { request } from "node:http";
import { AuthenticationError } from "openai";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { loadConfig } from "../../src/config.ts";
import { errorOf, send } from "../support/send.ts";
import { startTestService, type TestService } from "../support/service.ts";

describe("with an API key", () => {
	let t: TestService;
	beforeAll(async () => {
		t = await startTestService({ API_KEY: "sk-right" }, { worker: false });
	});
	afterAll(() => t.stop());

	test("a call that brings it is served, whatever its Host header", async () => {
		expect((await t.client.files.list()).data).toEqual([]);
		expect(await statusUnderHost(t.url, "documents.example", { authorization: "Bearer sk-right" })).toBe(200);
		expect(await statusUnderHost(t.url, "documents.example", { authorization: "bearer  sk-right" })).toBe(200);
	});

	test.for(["sk-wrong", "sk-righ", "sk-right2", "SK-RIGHT"])(
		"the key %s is refused, and not repeated",
		async (apiKey) => {
			const error = await t
				.createClient({ apiKey })
				.files.list()
				.catch((thrown) => thrown);
			expect(error).toBeInstanceOf(AuthenticationError);
			expect(error).toMatchObject({ status: 401, code: "invalid_api_key", type: "invalid_request_error", param: null });
			expect(error.message).toContain("API_KEY");
			expect(error.message).not.toContain(apiKey);
		},
	);

	test.for<[string, Record<string, string>]>([
		["none", {}],
		["one of another scheme", { authorization: "Basic sk-right" }],
		["an empty one", { authorization: "Bearer " }],
		["the bare key", { authorization: "sk-right" }],
	])("a call with %s is told how to bring it", async ([, headers]) => {
		const sent = await send(t.url, "GET", "/v1/files", { headers });
		expect(sent.status).toBe(401);
		expect(errorOf(sent).message).toContain("Authorization: Bearer");
	});

	test("every route under /v1 needs it, also one that does not exist", async () => {
		for (const path of ["/v1/models", "/v1/vector_stores/vs_x/search", "/v1/nothing"]) {
			expect((await send(t.url, "GET", path)).status).toBe(401);
		}
	});

	test("an upload without it leaves nothing", async () => {
		const body = new FormData();
		body.set("purpose", "assistants");
		body.set("file", new File(["x"], "x.txt"));
		expect((await send(t.url, "POST", "/v1/files", { body })).status).toBe(401);
		expect((await t.client.files.list()).data).toEqual([]);
	});

	test("health is anybody's", async () => {
		expect((await fetch(`${t.url}/health`)).status).toBe(200);
	});
});

describe("without an API key", () => {
	let t: TestService;
	beforeAll(async () => {
		t = await startTestService({}, { worker: false });
	});
	afterAll(() => t.stop());

	test.for(["127.0.0.1:80", "localhost:8787", "LOCALHOST", "[::1]:8787", "127.1.2.3"])(
		"Host %s is served",
		async (host) => {
			expect(await statusUnderHost(t.url, host)).toBe(200);
		},
	);

	test.for(["evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "10.0.0.1", "127evil.example"])(
		"Host %s is refused: a page that resolves its name to this machine is a stranger",
		async (host) => {
			expect(await statusUnderHost(t.url, host)).toBe(403);
		},
	);

	test.for<[string, number]>([
		["http://evil.example", 403],
		["null", 403],
		["http://127.0.0.1:3000", 200],
		["http://localhost:5173", 200],
	])("a page from %s gets %i: a form needs no permission to be sent", async ([origin, status]) => {
		const body = new FormData();
		body.set("purpose", "assistants");
		body.set("file", new File(["x"], "x.txt"));
		expect((await send(t.url, "POST", "/v1/files", { body, headers: { origin } })).status).toBe(status);
	});
});

/** `fetch` sets Host by itself. */
function statusUnderHost(url: string, host: string, headers: Record<string, string> = {}): Promise<number | undefined> {
	return new Promise((resolve, reject) => {
		const sent = request(`${url}/v1/files`, { headers: { ...headers, host } }, (response) => {
			response.resume();
			resolve(response.statusCode);
		});
		sent.on("error", reject).end();
	});
}

describe("settings", () => {
	test("an address that others reach is refused without a key, and says why and what to do", () => {
		for (const HOST of ["0.0.0.0", "::", "192.168.1.5", "documents.example"]) {
			expect(() => loadConfig({ HOST })).toThrow(
				`HOST: ${HOST} can be reached from other machines and no API_KEY is set. Set API_KEY, or listen on 127.0.0.1`,
			);
		}
	});

	test("with a key it is accepted, as loopback is without", () => {
		expect(loadConfig({ HOST: "0.0.0.0", API_KEY: "k" })).toMatchObject({ HOST: "0.0.0.0", API_KEY: "k" });
		for (const HOST of ["127.0.0.1", "localhost", "::1"]) expect(loadConfig({ HOST }).HOST).toBe(HOST);
	});

	test("all problems are told at once, each by its setting", () => {
		const given = {
			HOST: "0.0.0.0",
			PORT: "70000",
			MAX_FILE_BYTES: "many",
			DATABASE_URL: "mysql://x",
			LOG_LEVEL: "loud",
		};
		let message = "";
		try {
			loadConfig(given);
		} catch (error) {
			message = (error as Error).message;
		}
		for (const name of Object.keys(given)) expect(message).toContain(`\n  ${name}: `);
		expect(message).toContain("PORT: must be between 0 and 65535");
		expect(message).toContain("MAX_FILE_BYTES: must be a whole number");
	});
});
