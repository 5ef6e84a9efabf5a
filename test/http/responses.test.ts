import type OpenAI from "openai";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { countTokens } from "../../src/models/tokens.ts";
import { citationsOf, fileSearch, lastMessages, resultsOf } from "../support/ask.ts";
import { countUsage } from "../support/count-usage.ts";
import { type FakeOpenAI, startFakeOpenAI } from "../support/fake-openai.ts";
import { startTestService, type TestService } from "../support/service.ts";
import { createStore } from "../support/upload.ts";

let fake: FakeOpenAI;
let t: TestService;
let store: Awaited<ReturnType<typeof createStore>>;
beforeAll(async () => {
	fake = await startFakeOpenAI();
	t = await startTestService({ OPENAI_BASE_URL: fake.url });
	store = await createStore(t.client, {
		"returns.txt": "Returns are accepted within 30 days of delivery.\n\nShipping is free for members.",
		"opening.txt": "The shop in Oslo opens at nine. The shop in Rome opens at ten.",
	});
});
beforeEach(() => {
	fake.answerWith(undefined);
	fake.requests.length = 0;
});
afterAll(async () => {
	await t.stop();
	await fake.stop();
});

const ask = (input: string, options = {}) =>
	t.client.responses.create({ model: "fake-model", input, tools: [fileSearch(store.id)], ...options });

async function contentOf(fileId: string): Promise<string> {
	const page = await t.client.vectorStores.files.content(fileId, { vector_store_id: store.id });
	return page.data.map((part) => part.text).join("");
}

describe("an answer", () => {
	test("is the model's text without markers, and its citations stand where the markers were", async () => {
		fake.answerWith(["Within 30 days of", " delivery 【", "1】. Shipping is", " free for members【1†source】 too."]);
		const response = await ask("Within how many days of delivery are returns accepted?");
		expect(response.output_text).toBe("Within 30 days of delivery. Shipping is free for members too.");
		expect(citationsOf(response).map(({ index }) => response.output_text.slice(0, index))).toEqual([
			"Within 30 days of delivery",
			"Within 30 days of delivery. Shipping is free for members",
		]);
	});

	test("is cited word for word: quote, offsets and location are those of the file's text", async () => {
		const [citation] = citationsOf(await ask("When does the shop in Rome open?"));
		expect(citation).toEqual({
			type: "file_citation",
			index: expect.any(Number),
			file_id: store.fileIds["opening.txt"],
			filename: "opening.txt",
			chunk_id: expect.stringMatching(/^chunk_/),
			quote: "The shop in Rome opens at ten.",
			start: 32,
			end: 62,
			location: expect.any(Object),
		});
		expect((await contentOf(citation?.file_id ?? "")).slice(citation?.start, citation?.end)).toBe(citation?.quote);
	});

	test("is cited as exactly from far inside a long file", async () => {
		const filler = Array.from(
			{ length: 4_000 },
			(_, n) => `Paragraph ${n} speaks of — “nothing” 🐟 — in ${n % 7} words, and at some length, as fillers do.`,
		);
		filler.splice(3_900, 0, "The lighthouse of Skagen was lit in 1858 for the first time.");
		const text = filler.join("\n\n");
		const long = await createStore(t.client, { "long.txt": text });
		const response = await ask("When was the lighthouse of Skagen lit?", { tools: [fileSearch(long.id)] });
		const [citation] = citationsOf(response);
		expect(citation?.quote).toBe("The lighthouse of Skagen was lit in 1858 for the first time.");
		expect(citation?.start).toBeGreaterThan(256 * 1024);
		const fileId = long.fileIds["long.txt"] as string;
		const content = await t.client.vectorStores.files.content(fileId, { vector_store_id: long.id });
		const read = content.data.map((part) => part.text).join("");
		expect(read.slice(citation?.start, citation?.end)).toBe(citation?.quote);
	});

	test("keeps no citation that the documents do not bear out, and counts it", async () => {
		fake.answerWith(["Elephants wear pyjamas on Sundays 【1】.", " Shipping is free for members 【77】."]);
		const response = await ask("Within how many days of delivery are returns accepted?");
		expect(response.output_text).toBe("Elephants wear pyjamas on Sundays. Shipping is free for members.");
		expect(citationsOf(response)).toEqual([]);
		expect(response).toMatchObject({ receipt: { citations: { verified: 0, dropped: 2 } } });
	});

	test("may be empty", async () => {
		fake.answerWith([]);
		const response = await ask("Is shipping free for members?");
		expect(response.status).toBe("completed");
		expect(response.output.at(-1)).toMatchObject({ content: [{ type: "output_text", text: "", annotations: [] }] });
	});

	test("carries a receipt of what it considered, sent and left out, in tokens", async () => {
		const response = await ask("Is shipping free for members?", { include: ["file_search_call.results"] });
		const { receipt } = response as unknown as { receipt: Record<string, Record<string, unknown>> };
		const results = resultsOf(response);
		const { total, ...parts } = receipt.tokens as Record<string, number>;
		expect(total).toBe(Object.values(parts).reduce((sum, part) => sum + part, 0));
		expect(parts).toMatchObject({ question: countTokens("Is shipping free for members?"), history: 0 });
		expect(parts.instructions).toBe(countTokens(lastMessages(fake)[0]?.content ?? ""));
		const { considered, sent, dropped } = receipt.passages as Record<string, { chunk_id: string }[]>;
		expect(considered).toBe(results?.length);
		expect([...(sent ?? []), ...(dropped ?? [])].map((entry) => entry.chunk_id).toSorted()).toEqual(
			results?.map((result) => result.chunk_id).toSorted(),
		);
		const whole = (await Promise.all(Object.values(store.fileIds).map(contentOf))).map(countTokens);
		expect(receipt).toMatchObject({
			model: "fake-model",
			whole_files_tokens: whole.reduce((sum, tokens) => sum + tokens, 0),
			citations: { verified: 1, dropped: 0 },
			cost_usd: null,
		});
	});
});

describe("the response object", () => {
	test("has every field that clients look for, with defaults filled in", async () => {
		const response = await ask("Is shipping free for members?");
		expect(response).toMatchObject({
			id: expect.stringMatching(/^resp_/),
			object: "response",
			created_at: expect.any(Number),
			status: "completed",
			background: false,
			completed_at: expect.any(Number),
			error: null,
			frequency_penalty: 0,
			presence_penalty: 0,
			incomplete_details: null,
			instructions: null,
			max_output_tokens: null,
			max_tool_calls: null,
			metadata: {},
			model: "fake-model",
			parallel_tool_calls: true,
			previous_response_id: null,
			prompt_cache_key: null,
			reasoning: { effort: null, summary: null },
			safety_identifier: null,
			service_tier: "default",
			store: true,
			temperature: 1,
			text: { format: { type: "text" }, verbosity: "medium" },
			tool_choice: "auto",
			top_logprobs: 0,
			top_p: 1,
			truncation: "disabled",
		});
		expect(response.tools).toEqual([
			{
				type: "file_search",
				vector_store_ids: [store.id],
				filters: null,
				max_num_results: 20,
				ranking_options: { ranker: "auto", score_threshold: 0 },
			},
		]);
		expect(response.output.map((item) => [item.type, item.id?.split("_")[0]])).toEqual([
			["file_search_call", "fs"],
			["message", "msg"],
		]);
		expect(response.output[0]).toMatchObject({ status: "completed", queries: ["Is shipping free for members?"] });
	});

	test("echoes what was asked for", async () => {
		const given = {
			instructions: "Be brief.",
			max_output_tokens: 500,
			max_tool_calls: 3,
			metadata: { team: "support" },
			parallel_tool_calls: false,
			prompt_cache_key: "k",
			reasoning: { effort: "low" as const, summary: null },
			safety_identifier: "u1",
			temperature: 0.2,
			text: { format: { type: "text" as const }, verbosity: "low" as const },
			tool_choice: "required" as const,
			top_p: 0.9,
			truncation: "auto" as const,
		};
		expect(await ask("Is shipping free for members?", given)).toMatchObject(given);
	});

	test("counts the tokens that the model's server counted", async () => {
		fake.answerWith(["Yes."], {
			usage: {
				prompt_tokens: 1234,
				completion_tokens: 56,
				total_tokens: 1290,
				prompt_tokens_details: { cached_tokens: 1000 },
				completion_tokens_details: { reasoning_tokens: 40 },
			},
		});
		expect((await ask("Is shipping free for members?")).usage).toEqual({
			input_tokens: 1234,
			input_tokens_details: { cached_tokens: 1000, cache_write_tokens: 0 },
			output_tokens: 56,
			output_tokens_details: { reasoning_tokens: 40 },
			total_tokens: 1290,
		});
	});

	test("counts them itself where the server does not say", async () => {
		fake.answerWith(["Yes, it is."], { usage: null });
		const { usage } = await ask("Is shipping free for members?");
		const { prompt_tokens } = countUsage({ messages: lastMessages(fake) }, []);
		expect(usage).toMatchObject({ input_tokens: prompt_tokens, output_tokens: countTokens("Yes, it is.") });
	});

	test.each([
		["length", "max_output_tokens"],
		["content_filter", "content_filter"],
	])("is incomplete where the model stopped for %s", async (finish, reason) => {
		fake.answerWith(["Shipping is"], { finish });
		const response = await ask("Is shipping free for members?");
		expect(response).toMatchObject({ status: "incomplete", incomplete_details: { reason }, completed_at: null });
		expect(response.output.at(-1)).toMatchObject({ type: "message", status: "incomplete" });
		expect(response.output_text).toBe("Shipping is");
		expect(await t.client.responses.retrieve(response.id)).toMatchObject({ status: "incomplete" });
	});

	test("names the model that answered", async () => {
		fake.answerWith(["Yes."], { model: "fake-model-2026-01-01" });
		expect((await ask("Is shipping free for members?")).model).toBe("fake-model-2026-01-01");
	});
});

describe("what a search found", () => {
	const found = { file_id: expect.stringMatching(/^file-/), filename: "returns.txt", attributes: {} };

	test("comes with the answer where it is asked for, and is null where not", async () => {
		const asked = await ask("Is shipping free for members?", { include: ["file_search_call.results"] });
		expect(resultsOf(asked)?.[0]).toMatchObject({
			...found,
			score: expect.any(Number),
			text: expect.stringContaining("Shipping is free"),
			scores: { lexical: expect.any(Number), dense: null },
			start: expect.any(Number),
			location: expect.any(Object),
		});
		expect(resultsOf(await ask("Is shipping free for members?"))).toBeNull();
	});

	test("can be asked for later, whether it was at first or not", async () => {
		for (const first of [{}, { include: ["file_search_call.results"] }]) {
			const { id } = await ask("Is shipping free for members?", first);
			const later = await t.client.responses.retrieve(id, { include: ["file_search_call.results"] });
			expect(resultsOf(later)?.[0]).toMatchObject(found);
			expect(resultsOf(await t.client.responses.retrieve(id))).toBeNull();
		}
	});

	test("is asked for in any of the ways that clients write a list", async () => {
		const { id } = await ask("Is shipping free for members?");
		for (const key of ["include", "include[]"]) {
			const response = await fetch(`${t.url}/v1/responses/${id}?${key}=file_search_call.results`);
			expect(resultsOf((await response.json()) as OpenAI.Responses.Response)).toHaveLength(1);
		}
		const refused = await fetch(`${t.url}/v1/responses/${id}?include=everything`);
		const { error } = (await refused.json()) as { error: { param: string } };
		expect([refused.status, error.param]).toEqual([400, "include"]);
	});
});

describe("a stored response", () => {
	test("is retrieved as it was answered", async () => {
		const response = await ask("When does the shop in Oslo open?", { metadata: { a: "b" } });
		const { output_text, ...answered } = response;
		expect(await t.client.responses.retrieve(response.id)).toMatchObject(answered);
	});

	test("is gone once it is deleted", async () => {
		const { id } = await ask("When does the shop in Oslo open?");
		await t.client.responses.delete(id);
		await expect(t.client.responses.retrieve(id)).rejects.toMatchObject({ status: 404, param: "response_id" });
		await expect(t.client.responses.delete(id)).rejects.toMatchObject({ status: 404 });
		await expect(t.client.responses.inputItems.list(id)).rejects.toMatchObject({ status: 404 });
		await expect(ask("And Rome?", { previous_response_id: id })).rejects.toMatchObject({
			code: "previous_response_not_found",
		});
	});

	test("cannot be replayed as a stream, and says so", async () => {
		const { id } = await ask("When does the shop in Oslo open?");
		await expect(t.client.responses.retrieve(id, { stream: true })).rejects.toMatchObject({
			status: 400,
			param: "stream",
		});
	});

	test("lists its input, newest first unless asked otherwise, in pages", async () => {
		const input = ["one", "two", "three"].map((content) => ({ role: "user" as const, content }));
		const { id } = await t.client.responses.create({ model: "fake-model", input });
		const texts = async (query: object) => {
			const items = await Array.fromAsync(t.client.responses.inputItems.list(id, query));
			return items.map((item) => (item.type === "message" ? (item.content[0] as { text: string }).text : item.type));
		};
		expect(await texts({})).toEqual(["three", "two", "one"]);
		expect(await texts({ order: "asc" })).toEqual(["one", "two", "three"]);
		expect(await texts({ order: "asc", limit: 1 })).toEqual(["one", "two", "three"]);
		const page = await t.client.responses.inputItems.list(id, { order: "asc", limit: 2 });
		expect([page.data.length, page.has_more]).toEqual([2, true]);
		expect(page.data[0]).toMatchObject({ id: expect.stringMatching(/^msg_/), role: "user", status: "completed" });
		await expect(texts({ after: "msg_none" })).rejects.toMatchObject({ status: 400, param: "after" });
	});
});
