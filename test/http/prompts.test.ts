import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { lastMessages, resultsOf } from "../support/ask.ts";
import { type FakeOpenAI, startFakeOpenAI } from "../support/fake-openai.ts";
import { errorOf, send, sendJson } from "../support/send.ts";
import { startTestService, type TestService } from "../support/service.ts";
import { createStore } from "../support/upload.ts";

let fake: FakeOpenAI;
let t: TestService;
beforeAll(async () => {
	fake = await startFakeOpenAI();
	t = await startTestService({ OPENAI_BASE_URL: fake.url });
});
beforeEach(() => {
	fake.requests.length = 0;
});
afterAll(async () => {
	await t.stop();
	await fake.stop();
});

type Body = Record<string, unknown>;
/** Throws where the answer is none; the official client has no prompts. */
async function call(method: string, path: string, body?: object): Promise<Body> {
	const sent = await (body
		? sendJson(t.url, method, `/v1/prompts${path}`, body)
		: send(t.url, method, `/v1/prompts${path}`));
	if (sent.status !== 200) throw new Error(`${sent.status} ${JSON.stringify(sent.body)}`);
	return sent.body;
}
const create = async (body: object) => (await call("POST", "", { instructions: "Help.", ...body })).id as string;
const addVersion = (id: string, body: object) => call("POST", `/${id}/versions`, body);

describe("a prompt", () => {
	test("is made with its first version", async () => {
		const before = Math.floor(Date.now() / 1000);
		const template = { instructions: "Speak of {{city}}.", model: "fake-model", temperature: 0.5 };
		const prompt = await call("POST", "", { ...template, name: "City guide", metadata: { team: "a" } });
		expect(prompt).toEqual({
			id: expect.stringMatching(/^pmpt_[0-9a-f]{48}$/),
			object: "prompt",
			created_at: expect.any(Number),
			name: "City guide",
			default_version: "1",
			latest_version: "1",
			metadata: { team: "a" },
		});
		expect(prompt.created_at).toBeGreaterThanOrEqual(before);
		expect(await call("GET", `/${prompt.id}`)).toEqual(prompt);
		expect(await call("GET", `/${prompt.id}/versions/1`)).toEqual({
			object: "prompt.version",
			prompt_id: prompt.id,
			version: "1",
			created_at: expect.any(Number),
			variables: ["city"],
			...template,
		});
	});

	test("gets further versions, which change nothing until one is made the default", async () => {
		const id = await create({ instructions: "One." });
		expect(await addVersion(id, { instructions: "Two." })).toMatchObject({ version: "2", instructions: "Two." });
		expect(await call("GET", `/${id}`)).toMatchObject({ default_version: "1", latest_version: "2" });
		expect(await call("POST", `/${id}`, { default_version: "2" })).toMatchObject({ default_version: "2" });
		await addVersion(id, { instructions: "Three.", set_default: true });
		expect(await call("GET", `/${id}`)).toMatchObject({ default_version: "3", latest_version: "3" });
		expect(await call("GET", `/${id}/versions/1`)).toMatchObject({ instructions: "One." });
		expect(await call("GET", `/${id}/versions/3`)).not.toHaveProperty("set_default");
	});

	test("gives each of many versions at once a number of its own", async () => {
		const id = await create({});
		const added = await Promise.all(["a", "b", "c", "d"].map((instructions) => addVersion(id, { instructions })));
		expect(added.map((body) => body.version).toSorted()).toEqual(["2", "3", "4", "5"]);
	});

	test("is modified in what is named, and nothing else", async () => {
		const id = await create({ name: "Old", metadata: { a: "b" } });
		expect(await call("POST", `/${id}`, { name: "New" })).toMatchObject({ name: "New", metadata: { a: "b" } });
		expect(await call("POST", `/${id}`, { metadata: null })).toMatchObject({ name: "New", metadata: {} });
	});

	test("is gone with its versions once it is deleted", async () => {
		const id = await create({});
		expect(await call("DELETE", `/${id}`)).toEqual({ id, object: "prompt.deleted", deleted: true });
		for (const path of [`/${id}`, `/${id}/versions`, `/${id}/versions/1`]) {
			expect((await send(t.url, "GET", `/v1/prompts${path}`)).status).toBe(404);
		}
		expect((await t.service.db.query("SELECT FROM prompt_versions WHERE prompt_id = $1", [id])).rows).toEqual([]);
	});

	test("and its versions are listed in pages, newest first", async () => {
		const ids = [await create({}), await create({}), await create({})];
		const page = await call("GET", "?limit=2");
		expect((page.data as Body[]).map((prompt) => prompt.id)).toEqual([ids[2], ids[1]]);
		expect(page).toMatchObject({ object: "list", has_more: true, first_id: ids[2], last_id: ids[1] });
		expect(((await call("GET", `?limit=1&after=${ids[1]}`)).data as Body[]).map((prompt) => prompt.id)).toEqual([
			ids[0],
		]);

		const id = ids[0] as string;
		for (const instructions of ["Two.", "Three."]) await addVersion(id, { instructions });
		const versions = await call("GET", `/${id}/versions?limit=2`);
		expect(versions).toMatchObject({ object: "list", has_more: true, first_id: "3", last_id: "2" });
		const rest = await call("GET", `/${id}/versions?after=2`);
		expect(rest).toMatchObject({ data: [{ version: "1", instructions: "Help." }], has_more: false });
	});
});

describe("a response on a prompt", () => {
	const ask = (body: object) => t.client.responses.create(body as never);
	const heard = () => lastMessages(fake).map((message) => message.content);

	test("is instructed by its default version, filled in, and says which that was", async () => {
		const id = await create({ instructions: "Speak of {{city}} in {{tone}}.", model: "fake-model" });
		const variables = { city: "Oslo", tone: { type: "input_text", text: "rhyme" } };
		const response = await ask({ prompt: { id, variables }, input: "Where is it?" });
		expect(heard()).toEqual(["Speak of Oslo in rhyme.", "Where is it?"]);
		expect(response).toMatchObject({
			prompt: { id, version: "1", variables },
			instructions: "Speak of Oslo in rhyme.",
			model: "fake-model",
		});
		expect((await t.client.responses.retrieve(response.id)).prompt).toEqual({ id, version: "1", variables });
		expect((await ask({ model: "m", input: "Alone" })).prompt).toBeNull();
	});

	test("takes the version that is named, or the default there is by then", async () => {
		const id = await create({ instructions: "One.", model: "fake-model" });
		await addVersion(id, { instructions: "Two.", model: "fake-model" });
		const instructed = async (version?: string | null) =>
			(await ask({ prompt: { id, version }, input: "?" })).instructions;
		expect([await instructed(), await instructed(null), await instructed("2")]).toEqual(["One.", "One.", "Two."]);
		await call("POST", `/${id}`, { default_version: "2" });
		expect([await instructed(), await instructed("1")]).toEqual(["Two.", "One."]);
	});

	test("asks the documents that the version names, with its settings", async () => {
		const store = await createStore(t.client, { "a.txt": "The shop in Oslo opens at nine." });
		const tools = [{ type: "file_search", vector_store_ids: [store.id], max_num_results: 3 }];
		const id = await create({ model: "fake-model", tools, temperature: 0.25, max_output_tokens: 77 });
		const response = await ask({
			prompt: { id },
			input: "When does the shop in Oslo open?",
			include: ["file_search_call.results"],
		});
		expect(resultsOf(response)).toHaveLength(1);
		expect(response).toMatchObject({ temperature: 0.25, max_output_tokens: 77, tools: [{ max_num_results: 3 }] });
		expect(fake.requests.at(-1)?.body).toMatchObject({ temperature: 0.25, max_completion_tokens: 77 });
	});

	test("is asked what the version asks where the request brings no input", async () => {
		const input = [{ role: "user", content: "Where is {{city}}?" }];
		const id = await create({ model: "fake-model", input });
		const variables = { city: "Oslo" };
		const { id: responseId } = await ask({ prompt: { id, variables } });
		expect(heard()).toEqual(["Help.", "Where is Oslo?"]);
		const { data } = await t.client.responses.inputItems.list(responseId);
		expect(data).toMatchObject([{ content: [{ type: "input_text", text: "Where is Oslo?" }] }]);
		await ask({ prompt: { id, variables }, input: "Mine?" });
		expect(heard()).toEqual(["Help.", "Mine?"]);
	});

	test("goes on from another response, whose prompt is not inherited", async () => {
		const id = await create({ instructions: "Sing.", model: "fake-model" });
		const first = await ask({ prompt: { id }, input: "One?" });
		const next = await ask({ model: "fake-model", previous_response_id: first.id, input: "Two?" });
		expect(heard()).not.toContain("Sing.");
		expect([next.prompt, next.instructions]).toEqual([null, null]);
	});

	test.each([
		[
			"a missing variable",
			{ variables: { town: "x" } },
			400,
			"missing_required_parameter",
			"prompt.variables.city",
			"{{city}}",
		],
		[
			"a variable that is no text",
			{ variables: { city: 5 } },
			400,
			"invalid_type",
			"prompt.variables.city",
			"a string",
		],
		["an unknown prompt", { id: "pmpt_none" }, 404, null, "prompt.id", "Prompt with id 'pmpt_none' not found."],
		["an unknown version", { version: "2" }, 404, null, "prompt.version", "has no version '2'"],
		["a version that is no number", { version: "1.0" }, 404, null, "prompt.version", "has no version '1.0'"],
		["a version beyond all numbers", { version: "9".repeat(30) }, 404, null, "prompt.version", "has no version"],
	])("is refused for %s, also as a stream", async (_name, prompt, status, code, param, says) => {
		const id = await create({ instructions: "Speak of {{city}}.", model: "fake-model" });
		for (const stream of [false, true]) {
			const body = { prompt: { id, ...prompt }, input: "?", stream };
			const sent = await sendJson(t.url, "POST", "/v1/responses", body);
			expect([sent.status, errorOf(sent).code, errorOf(sent).param]).toEqual([status, code, param]);
			expect(errorOf(sent).message).toContain(says);
		}
	});

	test("is refused where neither says which model, or what is asked", async () => {
		const id = await create({});
		for (const [body, param] of [
			[{ input: "?" }, "model"],
			[{ model: "fake-model" }, "input"],
		] as const) {
			const sent = await sendJson(t.url, "POST", "/v1/responses", { prompt: { id }, ...body });
			expect([sent.status, errorOf(sent).code, errorOf(sent).param]).toEqual([
				400,
				"missing_required_parameter",
				param,
			]);
		}
	});
});

describe("what cannot be a prompt is refused", () => {
	test.each([
		["no instructions", { instructions: undefined }, "instructions"],
		["empty ones", { instructions: "" }, "instructions"],
		["an unserved tool", { tools: [{ type: "web_search" }] }, "tools[0].type"],
		["an image", { input: [{ role: "user", content: [{ type: "input_image" }] }] }, "input[0].content[0].type"],
		["a temperature out of range", { temperature: 3 }, "temperature"],
		["a long name", { name: "n".repeat(257) }, "name"],
	])("for %s", async (_name, body, param) => {
		const sent = await sendJson(t.url, "POST", "/v1/prompts", { instructions: "Help.", ...body });
		expect([sent.status, errorOf(sent).param]).toEqual([400, param]);
	});

	test.each([
		["GET", "/pmpt_none", undefined, "prompt_id"],
		["POST", "/pmpt_none", { name: "x" }, "prompt_id"],
		["POST", "/pmpt_none", { default_version: "1" }, "prompt_id"],
		["DELETE", "/pmpt_none", undefined, "prompt_id"],
		["GET", "/pmpt_none/versions", undefined, "prompt_id"],
		["POST", "/pmpt_none/versions", { instructions: "x" }, "prompt_id"],
		["GET", "/pmpt_none/versions/1", undefined, "prompt_id"],
		["GET", "/{id}/versions/2", undefined, "version"],
		["GET", "/{id}/versions/0", undefined, "version"],
		["POST", "/{id}", { default_version: "2" }, "default_version"],
	])("as unknown: %s %s", async (method, path, body, param) => {
		const at = `/v1/prompts${path.replace("{id}", await create({}))}`;
		const sent = await (body ? sendJson(t.url, method, at, body) : send(t.url, method, at));
		expect([sent.status, errorOf(sent).code, errorOf(sent).param]).toEqual([404, null, param]);
	});
});
