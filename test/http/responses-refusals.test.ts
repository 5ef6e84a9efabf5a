import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { fileSearch } from "../support/ask.ts";
import { errorOf, sendJson } from "../support/send.ts";
import { startTestService, type TestService } from "../support/service.ts";
import { createStore } from "../support/upload.ts";

let t: TestService;
let storeId: string;
beforeAll(async () => {
	t = await startTestService();
	storeId = (await createStore(t.client, { "a.txt": "Shipping is free." })).id;
});
afterAll(() => t.stop());

const post = (body: object) => sendJson(t.url, "POST", "/v1/responses", { model: "m", input: "Hello", ...body });
const user = (content: unknown) => [{ role: "user", content }];
const search = (options: object) => [{ ...fileSearch(storeId), ...options }];

describe("what is not served is refused by name", () => {
	test.each([
		[
			"an image",
			{ input: user([{ type: "input_image", image_url: "http://x/y.png" }]) },
			"input[0].content[0].type",
			"input_image",
		],
		["an item", { input: [{ type: "computer_call", id: "c" }] }, "input[0].type", "computer_call"],
		[
			"an image as a function's output",
			{
				input: [
					{
						type: "function_call_output",
						call_id: "c",
						output: [{ type: "input_image", image_url: "http://x/y.png" }],
					},
				],
			},
			"input[0].output[0].type",
			"input_image",
		],
		["a role", { input: [{ role: "tool", content: "1" }] }, "input[0].role", "tool"],
		["another tool", { tools: [{ type: "web_search" }] }, "tools[0].type", "web_search"],
		["a custom tool", { tools: [{ type: "custom", name: "f" }] }, "tools[0].type", "custom"],
		["another tool's choice", { tool_choice: { type: "custom", name: "f" } }, "tool_choice.type", "custom"],
		["a choice nobody knows", { tool_choice: "always" }, "tool_choice", "always"],
		[
			"another tool among those allowed",
			{ tool_choice: { type: "allowed_tools", mode: "auto", tools: [{ type: "mcp" }] } },
			"tool_choice.tools[0].type",
			"mcp",
		],
		[
			"an image as a variable",
			{ prompt: { id: "pmpt_1", variables: { city: { type: "input_image", image_url: "http://x/y.png" } } } },
			"prompt.variables.city.type",
			"input_image",
		],
		["a format", { text: { format: { type: "grammar" } } }, "text.format.type", "grammar"],
	])("%s", async (_name, body, param, named) => {
		const answer = await post(body);
		expect(answer.status).toBe(400);
		expect(errorOf(answer)).toMatchObject({ type: "invalid_request_error", code: "invalid_value", param });
		expect(errorOf(answer).message).toContain(named);
	});

	test("with what is served instead", async () => {
		const answer = await post({ tools: [{ type: "web_search" }] });
		expect(errorOf(answer).message).toBe(
			"Invalid value: 'web_search'. Supported values are: 'file_search', 'function'.",
		);
	});
});

describe("what is wrong is refused with the field at fault", () => {
	test.each([
		["no model", { model: undefined }, "missing_required_parameter", "model"],
		["no input", { input: undefined }, "missing_required_parameter", "input"],
		["an empty list", { input: [] }, "array_below_min_length", "input"],
		["nothing asked", { input: "  " }, "invalid_value", "input"],
		["an answer last", { input: [{ role: "assistant", content: "Hi" }] }, "invalid_value", "input"],
		["instructions alone", { input: [{ role: "system", content: "Hi" }] }, "invalid_value", "input"],
		["a function without a name", { tools: [{ type: "function" }] }, "missing_required_parameter", "tools[0].name"],
		["a function's bad name", { tools: [{ type: "function", name: "a b" }] }, "invalid_value", "tools[0].name"],
		[
			"a schema without a name",
			{ text: { format: { type: "json_schema", schema: {} } } },
			"missing_required_parameter",
			"text.format.name",
		],
		[
			"a call without its id",
			{ input: [{ type: "function_call", name: "f", arguments: "{}" }] },
			"missing_required_parameter",
			"input[0].call_id",
		],
		["an unknown time to search", { context: { search: "never" } }, "invalid_value", "context.search"],
		["no store", { tools: [{ type: "file_search" }] }, "missing_required_parameter", "tools[0].vector_store_ids"],
		["an empty list of stores", { tools: [fileSearch([])] }, "array_below_min_length", "tools[0].vector_store_ids"],
		[
			"too many results",
			{ tools: () => search({ max_num_results: 51 }) },
			"integer_above_max_value",
			"tools[0].max_num_results",
		],
		[
			"a filter that is none",
			{ tools: () => search({ filters: { type: "like", key: "a", value: "b" } }) },
			"invalid_value",
			"tools[0].filters.type",
		],
		[
			"no weight at all",
			{ tools: () => search({ ranking_options: { hybrid_search: { embedding_weight: 0, text_weight: 0 } } }) },
			"invalid_value",
			"tools[0].ranking_options.hybrid_search",
		],
		["too hot", { temperature: 2.5 }, "decimal_above_max_value", "temperature"],
		["too short", { max_output_tokens: 1 }, "integer_below_min_value", "max_output_tokens"],
		["an unknown include", { include: ["everything"] }, "invalid_value", "include[0]"],
		["a small context", { context: { passage_tokens: 1 } }, "integer_below_min_value", "context.passage_tokens"],
		["metadata that is not text", { metadata: { a: 1 } }, "invalid_type", "metadata.a"],
	])("%s", async (_name, given, code, param) => {
		const body = Object.fromEntries(
			Object.entries(given).map(([key, value]) => [key, typeof value === "function" ? value() : value]),
		);
		const answer = await post(body);
		expect(answer.status).toBe(400);
		expect(errorOf(answer)).toMatchObject({ code, param });
	});
});

test("null means what leaving out means", async () => {
	const fields = [
		"instructions",
		"previous_response_id",
		"conversation",
		"prompt",
		"background",
		"tools",
		"tool_choice",
	];
	const more = [
		"include",
		"store",
		"stream",
		"text",
		"temperature",
		"top_p",
		"max_output_tokens",
		"metadata",
		"context",
	];
	const answer = await post(Object.fromEntries([...fields, ...more].map((field) => [field, null])));
	expect(answer).toMatchObject({
		status: 200,
		body: { status: "completed", tool_choice: "auto", store: true, tools: [] },
	});
});

test("fields that nobody knows are ignored", async () => {
	expect((await post({ user: "u", service_tier: "flex", something: { new: 1 } })).status).toBe(200);
});

describe("stores that cannot be searched", () => {
	test.each([false, true])("an unknown one is a 404 before anything is answered, stream: %s", async (stream) => {
		const answer = await post({ stream, tools: [fileSearch([storeId, "vs_unknown"])] });
		expect([answer.status, errorOf(answer).message]).toEqual([404, "No vector store found with id 'vs_unknown'."]);
	});

	test.each([false, true])("an expired one is a 400 that says so, stream: %s", async (stream) => {
		const store = await t.client.vectorStores.create({ expires_after: { anchor: "last_active_at", days: 1 } });
		await t.service.db.query("UPDATE vector_stores SET last_active_at = now() - interval '2 days' WHERE id = $1", [
			store.id,
		]);
		const answer = await post({ stream, tools: [fileSearch(store.id)] });
		expect([answer.status, errorOf(answer).code]).toEqual([400, "vector_store_expired"]);
		expect(errorOf(answer).message).toContain("expired after 1 day");
	});

	test("an empty one is asked, and nothing found", async () => {
		const store = await t.client.vectorStores.create({});
		expect(await post({ tools: [fileSearch(store.id)] })).toMatchObject({ status: 200, body: { status: "completed" } });
	});
});
