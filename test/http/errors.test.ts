import { APIError, BadRequestError, InternalServerError, NotFoundError, PermissionDeniedError } from "openai";
import { afterAll, beforeAll, expect, test } from "vitest";
import { errorOf, type Sent, send } from "../support/send.ts";
import { startTestService, type TestService } from "../support/service.ts";
import { createStore } from "../support/upload.ts";

let t: TestService;
let known: Record<"store" | "file", string>;
beforeAll(async () => {
	t = await startTestService({ MAX_FILE_BYTES: "1000" });
	const store = await createStore(t.client, { "a.txt": "A." });
	known = { store: store.id, file: store.fileIds["a.txt"] as string };
});
afterAll(() => t.stop());

const JSON_TYPE = { "content-type": "application/json" };

type Failure = {
	what: string;
	/** {store} and {file} stand for ids that exist. */
	call: string;
	body?: unknown;
	init?: () => RequestInit;
	status: number;
	code: string | null;
	param?: string | null;
	/** What the message must say: what is wrong, or what to do. */
	says: string;
};

const unknownId = (call: string, says: string, param: string, body?: unknown): Failure => ({
	what: `an unknown id in ${call}`,
	call,
	body,
	status: 404,
	code: null,
	param,
	says,
});
const refused = (
	what: string,
	call: string,
	body: unknown,
	code: string,
	param: string | null,
	says: string,
): Failure => ({
	what,
	call,
	body,
	status: 400,
	code,
	param,
	says,
});
const malformedId = (call: string, param: string): Failure => ({
	...refused(
		`a malformed id in ${call}`,
		call,
		undefined,
		"invalid_value",
		param,
		"Expected an ID that contains letters",
	),
	...(call.startsWith("POST") && { body: { attributes: {}, file_id: "file-x", file_ids: ["file-x"], query: "x" } }),
});

const NO_FILE = "No such File object: file-none";
const NO_STORE = "No vector store found with id 'vs_none'";

const FAILURES: Failure[] = [
	{
		what: "a body that is not JSON",
		call: "POST /v1/vector_stores",
		init: () => ({ body: "{name: x}", headers: JSON_TYPE }),
		status: 400,
		code: "invalid_json",
		says: "could not parse the JSON body",
	},
	{
		what: "a body of another type",
		call: "POST /v1/vector_stores/{store}/search",
		init: () => ({ body: '{"query":"x"}', headers: { "content-type": "text/plain" } }),
		status: 400,
		code: "invalid_json",
		says: "'Content-Type: application/json'",
	},
	refused(
		"no body",
		"POST /v1/vector_stores/{store}/search",
		undefined,
		"missing_required_parameter",
		"query",
		"Missing required parameter: 'query'.",
	),
	refused("a body that is no object", "POST /v1/vector_stores", [], "invalid_type", null, "expected an object"),
	refused(
		"a missing field",
		"POST /v1/vector_stores/{store}/files",
		{},
		"missing_required_parameter",
		"file_id",
		"Missing required parameter: 'file_id'.",
	),
	refused(
		"a field of the wrong type",
		"POST /v1/vector_stores",
		{ name: 5 },
		"invalid_type",
		"name",
		"expected a string, but got 5",
	),
	refused(
		"an unknown choice",
		"POST /v1/vector_stores",
		{ chunking_strategy: { type: "magic" } },
		"invalid_value",
		"chunking_strategy.type",
		"Invalid value: 'magic'. Supported values are: 'auto', 'static'",
	),
	refused(
		"a number above its range",
		"POST /v1/vector_stores/{store}/search",
		{ query: "x", max_num_results: 51 },
		"integer_above_max_value",
		"max_num_results",
		"Expected a value <= 50, but got 51 instead.",
	),
	refused(
		"a number below its range",
		"POST /v1/vector_stores/{store}/search",
		{ query: "x", max_num_results: 0 },
		"integer_below_min_value",
		"max_num_results",
		"Expected a value >= 1, but got 0 instead.",
	),
	refused(
		"a text too long",
		"POST /v1/vector_stores",
		{ name: "n".repeat(257) },
		"string_above_max_length",
		"name",
		"maximum length 256",
	),
	refused("text that no database keeps", "POST /v1/vector_stores", { name: "a\0b" }, "invalid_value", null, "U+0000"),
	refused(
		"half a character",
		"POST /v1/vector_stores",
		{ metadata: { a: "\ud800" } },
		"invalid_value",
		null,
		"surrogate",
	),
	refused(
		"such text in a query",
		"POST /v1/vector_stores/{store}/search",
		{ query: "a\0b" },
		"invalid_value",
		null,
		"U+0000",
	),
	refused("such text in a cursor", "GET /v1/files?after=%00", undefined, "invalid_value", null, "U+0000"),
	refused(
		"a limit out of range",
		"GET /v1/vector_stores?limit=101",
		undefined,
		"integer_above_max_value",
		"limit",
		"<= 100",
	),
	refused("a limit that is no number", "GET /v1/vector_stores?limit=ten", undefined, "invalid_type", "limit", "'ten'"),
	refused("an unknown order", "GET /v1/files?order=up", undefined, "invalid_value", "order", "'asc', 'desc'"),
	refused(
		"an unknown filter",
		"GET /v1/vector_stores/{store}/files?filter=done",
		undefined,
		"invalid_value",
		"filter",
		"'in_progress', 'completed'",
	),
	...["files", "vector_stores", "vector_stores/{store}/files", "prompts"].map((list) =>
		refused(
			`an unknown cursor of ${list}`,
			`GET /v1/${list}?after=none`,
			undefined,
			"invalid_value",
			"after",
			"'none'",
		),
	),
	refused(
		"an unknown cursor backwards",
		"GET /v1/vector_stores?before=none",
		undefined,
		"invalid_value",
		"before",
		"no object with id 'none'",
	),
	refused(
		"both forms of a batch",
		"POST /v1/vector_stores/{store}/file_batches",
		{},
		"invalid_value",
		"file_ids",
		"exactly one",
	),

	unknownId("GET /v1/files/file-none", NO_FILE, "id"),
	unknownId("DELETE /v1/files/file-none", NO_FILE, "id"),
	unknownId("GET /v1/files/file-none/content", NO_FILE, "id"),
	unknownId("GET /v1/vector_stores/vs_none", NO_STORE, "vector_store_id"),
	unknownId("POST /v1/vector_stores/vs_none", NO_STORE, "vector_store_id", { name: "x" }),
	unknownId("DELETE /v1/vector_stores/vs_none", NO_STORE, "vector_store_id"),
	unknownId("POST /v1/vector_stores/vs_none/search", NO_STORE, "vector_store_id", { query: "x" }),
	unknownId("GET /v1/vector_stores/vs_none/files", NO_STORE, "vector_store_id"),
	unknownId("POST /v1/vector_stores/vs_none/files", NO_STORE, "vector_store_id", { file_id: "file-none" }),
	unknownId("POST /v1/vector_stores/vs_none/file_batches", NO_STORE, "vector_store_id", { file_ids: ["file-none"] }),
	unknownId("GET /v1/vector_stores/vs_none/file_batches/vsfb_none", NO_STORE, "vector_store_id"),
	unknownId("POST /v1/vector_stores/{store}/files", NO_FILE, "file_id", { file_id: "file-none" }),
	unknownId("GET /v1/vector_stores/{store}/files/file-none", "No file found with id 'file-none'", "file_id"),
	unknownId("DELETE /v1/vector_stores/{store}/files/file-none", "No file found with id 'file-none'", "file_id"),
	unknownId("GET /v1/vector_stores/{store}/files/file-none/content", "No file found with id", "file_id"),
	unknownId(
		"GET /v1/vector_stores/{store}/file_batches/vsfb_none",
		"No file batch found with id 'vsfb_none'",
		"batch_id",
	),
	unknownId("POST /v1/vector_stores/{store}/file_batches/vsfb_none/cancel", "No file batch found", "batch_id"),
	unknownId("GET /v1/conversations/conv_none", "Conversation with id 'conv_none' not found.", "conversation_id"),
	unknownId("GET /v1/prompts/pmpt_none", "Prompt with id 'pmpt_none' not found.", "prompt_id"),
	unknownId("POST /v1/uploads/upload_none/cancel", "No such Upload object: upload_none.", "upload_id", {}),
	unknownId("GET /v1/responses/resp_none", "Response with id 'resp_none' not found.", "response_id"),
	{
		what: "an unknown model",
		call: "GET /v1/models/gpt-none",
		status: 404,
		code: "model_not_found",
		param: "model",
		says: "The model 'gpt-none' does not exist",
	},

	malformedId("GET /v1/files/not%20an%20id", "file_id"),
	malformedId("DELETE /v1/files/a%2Fb", "file_id"),
	malformedId("GET /v1/files/%E0%A4%A", "file_id"),
	malformedId("GET /v1/files/file-%00", "file_id"),
	malformedId("GET /v1/vector_stores/vs.1", "vector_store_id"),
	malformedId("POST /v1/vector_stores/vs.1/search", "vector_store_id"),
	malformedId("GET /v1/vector_stores/{store}/files/f%C3%B6", "file_id"),
	malformedId("GET /v1/vector_stores/{store}/file_batches/b'b", "batch_id"),
	malformedId("GET /v1/conversations/conv.1", "conversation_id"),
	malformedId("DELETE /v1/conversations/conv.1/items/msg_1", "conversation_id"),
	malformedId("GET /v1/conversations/conv_1/items/msg%20x", "item_id"),
	malformedId("GET /v1/prompts/pmpt.1", "prompt_id"),
	malformedId("GET /v1/prompts/pmpt_1/versions/1.0", "version"),
	malformedId("POST /v1/uploads/upload.1/cancel", "upload_id"),
	{ ...malformedId(`GET /v1/files/${"f".repeat(257)}`, "file_id"), code: "string_above_max_length", says: "256" },

	{ what: "an unknown route", call: "GET /v1/nothing", status: 404, code: null, says: "Invalid URL (GET /v1/nothing)" },
	{ what: "a base URL without /v1", call: "POST /responses", status: 404, code: null, says: "base URL ends in it" },
	{ what: "an unknown route outside", call: "GET /nothing", status: 404, code: null, says: "/openapi.json" },
	{
		what: "a wrong method",
		call: "PUT /v1/files",
		body: {},
		status: 405,
		code: "method_not_allowed",
		says: "Not allowed to PUT on /v1/files. It takes POST, GET",
	},
	{
		what: "a wrong method below",
		call: "PATCH /v1/vector_stores/{store}",
		body: {},
		status: 405,
		code: "method_not_allowed",
		says: "DELETE",
	},
	{
		what: "a JSON body too large",
		call: "POST /v1/vector_stores",
		init: () => ({ body: JSON.stringify({ name: "n".repeat(17 * 1024 * 1024) }), headers: JSON_TYPE }),
		status: 413,
		code: "request_too_large",
		says: "16 MiB",
	},
	{
		what: "a file too large",
		call: "POST /v1/files",
		init: () => {
			const body = new FormData();
			body.set("purpose", "assistants");
			body.set("file", new File(["x".repeat(1001)], "x.txt"));
			return { body };
		},
		status: 413,
		code: "file_too_large",
		param: "file",
		says: "MAX_FILE_BYTES",
	},
	{
		what: "an upload that is no form",
		call: "POST /v1/files",
		body: { purpose: "assistants" },
		status: 400,
		code: "invalid_value",
		says: "multipart/form-data, with the parts 'file' and 'purpose'",
	},
];

test.for(FAILURES)(
	"$what: $status in the one shape",
	async ({ call, body, init, status, code, param = null, says }) => {
		const sent = await perform(
			call,
			body === undefined ? init?.() : { body: JSON.stringify(body), headers: JSON_TYPE },
		);
		expect(sent.status).toBe(status);
		expect(errorOf(sent)).toMatchObject({ code, param, type: "invalid_request_error" });
		expect(errorOf(sent).message).toContain(says);
		expectShape(sent);
	},
);

function perform(call: string, init: RequestInit = {}): Promise<Sent> {
	const [method, path] = call.split(" ") as [string, string];
	return send(t.url, method, path.replace("{store}", known.store).replace("{file}", known.file), init);
}

/** The four keys, a request id, words for people, and nothing of our inside. */
function expectShape({ body, headers }: Sent): void {
	expect(Object.keys(body)).toEqual(["error"]);
	expect(Object.keys(body.error as object).toSorted()).toEqual(["code", "message", "param", "type"]);
	expect(headers.get("x-request-id")).toMatch(/^req_[0-9a-f]{48}$/);
	expect(headers.get("content-type")).toMatch(/^application\/json/);
	const { message } = body.error as { message: string };
	expect(message).toMatch(/[.…]$|: file-none$/);
	expect(message).not.toMatch(/\bat .*\.[jt]s|node_modules|SELECT|INSERT|relation "|ZodError|undefined|\[object/);
}

test("what nobody foresaw says nothing of the inside, and is not tried again in vain", async () => {
	const broken = await startTestService({}, { worker: false });
	try {
		await broken.service.db.query("ALTER TABLE files RENAME TO lost");
		const sent = await send(broken.url, "GET", "/v1/files");
		expect(sent.status).toBe(500);
		expect(errorOf(sent)).toMatchObject({ type: "server_error", code: "server_error", param: null });
		expect(errorOf(sent).message).toContain("request id");
		expectShape(sent);
		await expect(broken.client.files.list()).rejects.toThrow(InternalServerError);
	} finally {
		await broken.stop();
	}
});

test("the client throws the class of the status, with the request id", async () => {
	const thrown = async (call: Promise<unknown>) => (await call.catch((error) => error)) as APIError;
	const badRequest = await thrown(t.client.vectorStores.search(known.store, { query: "" }));
	expect(badRequest).toBeInstanceOf(BadRequestError);
	expect(badRequest).toMatchObject({ status: 400, param: "query", type: "invalid_request_error" });
	const notFound = await thrown(t.client.files.retrieve("file-none"));
	expect(notFound).toBeInstanceOf(NotFoundError);
	for (const error of [badRequest, notFound]) {
		expect(error).toBeInstanceOf(APIError);
		expect(error.requestID).toMatch(/^req_/);
		expect(error.headers?.get("x-should-retry")).not.toBe("true");
	}
	const foreign = t.createClient({
		defaultHeaders: { "x-test": "1" },
		baseURL: `${t.url.replace("127.0.0.1", "[::ffff:127.0.0.1]")}/v1`,
	});
	expect(await thrown(foreign.files.list())).toBeInstanceOf(PermissionDeniedError);
});

test("answers that are no errors have a request id too", async () => {
	const { request_id } = await t.client.files.list().withResponse();
	expect(request_id).toMatch(/^req_/);
});
