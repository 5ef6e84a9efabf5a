import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { chatRequests, fileSearch } from "../support/ask.ts";
import { type FakeOpenAI, startFakeOpenAI } from "../support/fake-openai.ts";
import { errorOf, sendJson } from "../support/send.ts";
import { startTestService, type TestService } from "../support/service.ts";
import { createStore, uploadText } from "../support/upload.ts";
import { wireTable } from "../support/wire-page.ts";

/** What docs/wire.md says of a response's request, tried field by field. */
let fake: FakeOpenAI;
let t: TestService;
const ids = { store: "", file: "", conversation: "", prompt: "", response: "", item: "" };
beforeAll(async () => {
	fake = await startFakeOpenAI();
	t = await startTestService({ OPENAI_BASE_URL: fake.url });
	ids.store = (await createStore(t.client, { "a.txt": "Shipping is free." })).id;
	ids.file = await uploadText(t.client, "b.txt", "Returns take a week.");
	ids.conversation = (await t.client.conversations.create()).id;
	ids.prompt = (await sendJson(t.url, "POST", "/v1/prompts", { instructions: "Be brief." })).body.id as string;
	const earlier = await t.client.responses.create({ model: "fake-model", input: "Hello" });
	ids.response = earlier.id;
	ids.item = earlier.output[0]?.id as string;
});
beforeEach(() => {
	fake.requests.length = 0;
});
afterAll(async () => {
	await t.stop();
	await fake.stop();
});

const post = (body: object) =>
	sendJson(t.url, "POST", "/v1/responses", { model: "fake-model", input: "Hello", ...body });
const called = { type: "function", name: "now", parameters: { type: "object", properties: {} } };

/** One use of each field, and what of it reaches the model's server where anything does. */
type Use = { value: unknown; beside?: object; told?: object };
const USES: Record<string, () => Use> = {
	model: () => ({ value: "another", told: { model: "another" } }),
	input: () => ({ value: "Hi", told: { messages: [{ role: "user", content: expect.stringContaining("Hi") }] } }),
	instructions: () => ({
		value: "Be brief.",
		told: { messages: [{ role: "system", content: expect.stringContaining("Be brief.") }, {}] },
	}),
	previous_response_id: () => ({
		value: ids.response,
		told: { messages: [{ content: "Hello" }, { role: "assistant" }, {}] },
	}),
	conversation: () => ({ value: ids.conversation }),
	prompt: () => ({
		value: { id: ids.prompt },
		told: { messages: [{ role: "system", content: expect.stringContaining("Be brief.") }, {}] },
	}),
	tools: () => ({ value: [called], told: { tools: [{ function: { name: "now" } }] } }),
	tool_choice: () => ({ value: "required", beside: { tools: [called] }, told: { tool_choice: "required" } }),
	parallel_tool_calls: () => ({ value: false, beside: { tools: [called] }, told: { parallel_tool_calls: false } }),
	max_tool_calls: () => ({ value: 1, beside: { tools: [fileSearch(ids.store)] } }),
	text: () => ({
		value: { format: { type: "json_object" }, verbosity: "low" },
		told: { response_format: { type: "json_object" }, verbosity: "low" },
	}),
	max_output_tokens: () => ({ value: 99, told: { max_completion_tokens: 99 } }),
	temperature: () => ({ value: 0.3, told: { temperature: 0.3 } }),
	top_p: () => ({ value: 0.8, told: { top_p: 0.8 } }),
	include: () => ({ value: ["file_search_call.results"], beside: { tools: [fileSearch(ids.store)] } }),
	store: () => ({ value: false }),
	stream: () => ({ value: false }),
	stream_options: () => ({ value: { include_obfuscation: true } }),
	background: () => ({ value: false }),
	metadata: () => ({ value: { team: "a" } }),
	truncation: () => ({ value: "auto" }),
	reasoning: () => ({ value: { effort: "low", summary: "auto" }, told: { reasoning_effort: "low" } }),
	top_logprobs: () => ({ value: 2 }),
	safety_identifier: () => ({ value: "user-1", told: { safety_identifier: "user-1" } }),
	prompt_cache_key: () => ({ value: "key-1", told: { prompt_cache_key: "key-1" } }),
	prompt_cache_retention: () => ({ value: "24h" }),
	prompt_cache_options: () => ({ value: { ttl: "30m" } }),
	service_tier: () => ({ value: "flex" }),
	user: () => ({ value: "user-1" }),
	moderation: () => ({ value: { model: "omni-moderation-latest" } }),
	context_management: () => ({ value: [{ type: "compaction", compact_threshold: 1000 }] }),
};

const fields = [...wireTable("A response's request")];

test("each field of the page is tried here", () => {
	expect(Object.keys(USES).toSorted()).toEqual(fields.map(([field]) => field).toSorted());
});

describe("a field that the page calls", () => {
	/** The response to a use, and what the model's server was told beside what it is always told. */
	async function use(field: string) {
		const { value, beside, told } = (USES[field] as () => Use)();
		const sent = await post({ ...beside, [field]: value });
		return { value, told, sent, heard: chatRequests(fake).at(-1) };
	}
	const saidToBe = (verdict: string) => fields.filter(([, said]) => said === verdict);

	test.each(saidToBe("served"))("%s is %s, and told to the model's server where it is its business", async (field) => {
		const { told, sent, heard } = await use(field);
		expect(sent.status).toBe(200);
		expect(heard).toMatchObject(told ?? {});
	});

	test.each(saidToBe("accepted"))("%s is %s: shown in the response, and told to nobody", async (field) => {
		const { value, sent, heard } = await use(field);
		expect([sent.status, sent.body[field]]).toEqual([200, value]);
		expect(JSON.stringify(heard)).not.toContain(field);
	});

	test.each(saidToBe("ignored"))("%s is %s: neither shown nor told", async (field) => {
		const { value, sent, heard } = await use(field);
		expect(sent.status).toBe(200);
		expect(sent.body[field]).not.toEqual(value);
		expect(heard?.[field]).not.toEqual(value);
	});

	test.each(saidToBe("refused"))("%s is %s by name", async (field) => {
		const { sent } = await use(field);
		expect([sent.status, errorOf(sent).param]).toEqual([400, field]);
		expect(errorOf(sent).message).toContain(`'${field}'`);
		expect(fake.requests).toEqual([]);
	});

	test("one of these four has a use for every field", () => {
		const verdicts = new Set(fields.map(([, said]) => said));
		expect([...verdicts].toSorted()).toEqual(["accepted", "ignored", "refused", "served"]);
	});
});

describe("an item that the page calls", () => {
	const user = (part: object) => [{ role: "user", content: [{ type: "input_text", text: "Hello" }, part] }];
	const call = { type: "function_call", call_id: "call_1", name: "now", arguments: "{}" };
	const said = (part: object) => [
		{ role: "assistant", content: [part] },
		{ role: "user", content: "And?" },
	];
	const withQuestion = (item: object) => [item, { role: "user", content: "Hello" }];
	const output = { type: "function_call_output", call_id: "call_1", output: "12:00" };
	const answered = [{ role: "user", content: "?" }, call, output];
	const ended = (type: string, fields: object = {}) =>
		withQuestion({ type, id: "x_1", status: "completed", ...fields });
	const ITEMS: Record<string, () => object[]> = {
		message: () => withQuestion({ type: "message", role: "developer", content: "Be brief." }),
		input_text: () => user({ type: "input_text", text: "Hi" }),
		output_text: () => said({ type: "output_text", text: "Hi", annotations: [] }),
		text: () => user({ type: "text", text: "Hi" }),
		refusal: () => said({ type: "refusal", refusal: "No." }),
		input_file: () => user({ type: "input_file", file_id: ids.file }),
		input_image: () => user({ type: "input_image", image_url: "http://x/y.png" }),
		input_audio: () => user({ type: "input_audio", input_audio: { data: "", format: "mp3" } }),
		file_search_call: () => ended("file_search_call", { queries: [], results: null }),
		function_call: () => answered,
		function_call_output: () => answered,
		item_reference: () => withQuestion({ type: "item_reference", id: ids.item }),
		reasoning: () => ended("reasoning", { summary: [] }),
		compaction: () => ended("compaction", { encrypted_content: "x" }),
		web_search_call: () => ended("web_search_call", { action: { type: "search", query: "x" } }),
		mcp_call: () => ended("mcp_call", { name: "f", server_label: "s", arguments: "{}" }),
		code_interpreter_call: () => ended("code_interpreter_call", { code: "1" }),
	};

	test.each([...wireTable("Items")])("%s is %s", async (type, verdict) => {
		const sent = await post({ input: (ITEMS[type] as () => object[])() });
		if (verdict !== "refused") return expect([sent.status, sent.body.status]).toEqual([200, "completed"]);
		expect([sent.status, errorOf(sent).param]).toEqual([400, expect.stringMatching(/^input\[\d\].*type$/)]);
		expect(errorOf(sent).message).toContain(`'${type}'`);
	});
});

test.each([
	["file_search", () => fileSearch(ids.store)],
	["function", () => called],
])("the tool %s, which the page calls served, is", async (type, tool) => {
	expect(wireTable("Tools").get(type)).toBe("served");
	expect((await post({ tools: [tool()] })).status).toBe(200);
});
