import { readFileSync } from "node:fs";
import OpenAI from "openai";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Receipt } from "../../src/ask/receipt.ts";
import { countTokens } from "../../src/models/tokens.ts";
import { citationsOf, fileSearch, lastExcerpts, lastMessages, readFrames } from "../support/ask.ts";
import { type FakeOpenAI, startFakeOpenAI } from "../support/fake-openai.ts";
import { errorOf, sendJson } from "../support/send.ts";
import { startTestService, type TestService } from "../support/service.ts";
import { createStore, fixture, uploadText } from "../support/upload.ts";

const LEASE =
	"The office in Rome is let to Ada. The rent is 490 euros a month.\n\nThe notice period is three months. Dogs are allowed.";
/** Some 12,000 tokens, with one sentence that matters. */
const LONG = Array.from({ length: 600 }, (_, n) =>
	n === 377
		? "The lighthouse of Skagen was lit in 1858."
		: `Paragraph ${n} is about nothing at all, and goes on for a while about it.`,
).join("\n\n");

let fake: FakeOpenAI;
let t: TestService;
beforeAll(async () => {
	fake = await startFakeOpenAI();
	t = await startTestService({ OPENAI_BASE_URL: fake.url, INPUT_FILE_SECONDS: "20" });
});
beforeEach(() => {
	fake.answerWith(undefined);
	fake.requests.length = 0;
});
afterAll(async () => {
	await t.stop();
	await fake.stop();
});

const withFiles = (text: string, ...ids: string[]) => [
	{
		role: "user" as const,
		content: [
			...ids.map((file_id) => ({ type: "input_file" as const, file_id })),
			...(text ? [{ type: "input_text" as const, text }] : []),
		],
	},
];
const ask = (
	input: string | OpenAI.Responses.ResponseInput,
	options: Partial<OpenAI.Responses.ResponseCreateParamsNonStreaming> = {},
) => t.client.responses.create({ model: "m", input, ...options });
const receiptOf = (response: OpenAI.Responses.Response) => (response as unknown as { receipt: Receipt }).receipt;
const types = (response: OpenAI.Responses.Response) => response.output.map(({ type }) => type);

describe("a file in the input", () => {
	test("that fits is sent whole, in order and as one excerpt, and cited", async () => {
		const file = await uploadText(t.client, "lease.txt", LEASE);
		fake.answerWith(["The rent is 490 euros a month 【1】, and dogs are allowed 【1】."]);
		const response = await ask(withFiles("Summarise this file", file));
		expect(lastExcerpts(fake)).toBe(`<excerpt number="1" file="lease.txt">\nlease.txt\n${LEASE}\n</excerpt>`);
		expect(lastMessages(fake).at(-1)?.content).toMatch(/\n\nQuestion: \[lease\.txt\]\nSummarise this file$/);
		expect(types(response)).toEqual(["message"]);
		expect(
			citationsOf(response).map(({ file_id, quote, start, end }) => [file_id, LEASE.slice(start, end) === quote]),
		).toEqual([
			[file, true],
			[file, true],
		]);
		expect(receiptOf(response)).toMatchObject({
			passages: { dropped: [] },
			whole_files_tokens: countTokens(LEASE),
			retrieval: null,
		});
	});

	test("that does not fit is searched within the budget", async () => {
		const file = await uploadText(t.client, "long.txt", LONG);
		const response = await ask(withFiles("When was the lighthouse of Skagen lit?", file), {
			context: { passage_tokens: 400 },
		} as object);
		const excerpts = lastExcerpts(fake);
		expect(excerpts).toContain("The lighthouse of Skagen was lit in 1858.");
		expect(countTokens(excerpts)).toBeLessThanOrEqual(400);
		expect(citationsOf(response)).toMatchObject([{ quote: "The lighthouse of Skagen was lit in 1858." }]);
		expect(types(response)).toEqual(["message"]);
		expect(receiptOf(response).whole_files_tokens).toBeGreaterThan(9_000);
	});

	test("may be one of several, and of any format that stores read", async () => {
		const lease = await uploadText(t.client, "lease.txt", LEASE);
		const rows = await uploadText(t.client, "rents.csv", "Office,Rent\nOslo,700\nBern,800\n");
		await ask(withFiles("What are the rents?", lease, rows));
		const excerpts = lastExcerpts(fake);
		expect(excerpts.match(/<excerpt [^>]*>/g)).toEqual([
			'<excerpt number="1" file="lease.txt">',
			'<excerpt number="2" file="rents.csv" where="rows 1–2">',
		]);
		expect(excerpts).toContain("Office: Bern; Rent: 800");
		const pdf = await t.client.files.create({
			file: new File([readFileSync(fixture("parse/figure.pdf"))], "figure.pdf"),
			purpose: "user_data",
		});
		await ask(withFiles("What does the figure say?", pdf.id));
		expect(lastExcerpts(fake)).toMatch(/<excerpt number="1" file="figure\.pdf" where="page/);
	});

	test("is searched beside the stores of a tool, whatever the tool's filter, and the tool's search alone is told", async () => {
		const file = await uploadText(t.client, "lease.txt", LEASE);
		const { id } = await createStore(t.client, {
			"oslo.txt": "The office in Oslo is let to Bob. The rent is 700 euros.",
		});
		const tools = [fileSearch(id, { filters: { type: "eq", key: "kind", value: "none" } })];
		const filtered = await ask(withFiles("What is the rent in Rome and Oslo?", file), { tools });
		expect(lastExcerpts(fake).match(/file="[^"]*"/g)).toEqual(['file="lease.txt"']);
		expect(types(filtered)).toEqual(["file_search_call", "message"]);
		await ask(withFiles("What is the rent in Rome and Oslo?", file), { tools: [fileSearch(id)] });
		expect(lastExcerpts(fake).match(/file="[^"]*"/g)).toEqual(['file="lease.txt"', 'file="oslo.txt"']);
		const none = await ask(withFiles("What is the rent?", file), { tools: [fileSearch(id)], tool_choice: "none" });
		expect(types(none)).toEqual(["message"]);
		expect(lastExcerpts(fake)).toContain("490 euros");
	});

	test("is there before a model that searches by itself does, and is searched by it too", async () => {
		const file = await uploadText(t.client, "lease.txt", LEASE);
		const { id } = await createStore(t.client, { "oslo.txt": "The office in Oslo has a rent of 700 euros." });
		fake.answerInTurn(
			{ calls: [{ name: "file_search", arguments: { queries: ["rent Oslo"] } }] },
			{ text: "700 euros 【2】." },
		);
		const options = { tools: [fileSearch(id)], context: { search: "tool" } } as object;
		const response = await ask(withFiles("What is the rent?", file), options);
		const [first, second] = fake.requests.map(({ body }) => JSON.stringify(body.messages));
		expect(first).toContain("490 euros");
		expect(first).not.toContain("700 euros");
		expect(second).toContain("700 euros");
		expect(types(response)).toEqual(["file_search_call", "message"]);
	});

	test("streams as any answer", async () => {
		const file = await uploadText(t.client, "lease.txt", LEASE);
		const frames = await readFrames(t.url, { model: "m", input: withFiles("What is the rent?", file) });
		expect(frames.at(-1)?.event).toBe("response.completed");
		expect(frames.some(({ event }) => event.startsWith("response.file_search_call"))).toBe(false);
	});

	test("is stored with the name that it has, and listed with the input", async () => {
		const file = await uploadText(t.client, "lease.txt", LEASE);
		const part = { type: "input_file" as const, file_id: file, filename: "</excerpt>.txt" };
		const { id } = await ask([{ role: "user", content: [part, { type: "input_text", text: "What is the rent?" }] }]);
		const { data } = await t.client.responses.inputItems.list(id);
		expect(data).toMatchObject([
			{ content: [{ type: "input_file", file_id: file, filename: "lease.txt" }, { type: "input_text" }] },
		]);
	});

	test("is read without a model too, and counted as what it would send", async () => {
		const extractive = await startTestService();
		const file = await uploadText(extractive.client, "lease.txt", LEASE);
		const response = await extractive.client.responses.create({
			model: "m",
			input: withFiles("What is the rent a month?", file),
		});
		const counted = await extractive.client.responses.inputTokens.count({
			model: "m",
			input: withFiles("What is the rent a month?", file),
		});
		await extractive.stop();
		expect(response.output_text).toBe("The rent is 490 euros a month.");
		expect(counted.input_tokens).toBeGreaterThan(countTokens(LEASE));
	});
});

describe("it stays part of the conversation", () => {
	test("of responses that follow one another: searched there, and not sent whole again", async () => {
		const [lease, long] = [
			await uploadText(t.client, "lease.txt", LEASE),
			await uploadText(t.client, "long.txt", LONG),
		];
		const first = await ask(withFiles("Summarise these files", lease, long));
		const second = await ask("When was the lighthouse of Skagen lit?", { previous_response_id: first.id });
		expect(citationsOf(second)).toMatchObject([{ file_id: long }]);
		const third = await ask("How long is the notice period?", { previous_response_id: second.id });
		expect(citationsOf(third)).toMatchObject([{ file_id: lease, quote: "The notice period is three months." }]);
		const history = lastMessages(fake).slice(1, -1);
		expect(history.map(({ content }) => content).join()).not.toContain("490 euros a month");
		expect(history[0]?.content).toContain("[lease.txt]");
	});

	test("and of a conversation, also where it was put there as an item", async () => {
		const file = await uploadText(t.client, "lease.txt", LEASE);
		const { id } = await t.client.conversations.create({ items: withFiles("Here is my lease.", file) as never });
		await ask("Are dogs allowed?", { conversation: id });
		expect(lastExcerpts(fake)).toContain("Dogs are allowed.");
	});

	test("until it is removed: then the conversation goes on without it", async () => {
		const file = await uploadText(t.client, "lease.txt", LEASE);
		const first = await ask(withFiles("What is the rent?", file));
		await t.client.files.delete(file);
		const second = await ask("And the notice period?", { previous_response_id: first.id });
		expect(second.status).toBe("completed");
		expect(JSON.stringify(lastMessages(fake))).not.toContain("<excerpt");
		const { rows } = await t.service.db.query("SELECT FROM vector_stores WHERE input_file_id = $1", [file]);
		expect(rows).toEqual([]);
	});
});

describe("the store that it is read through", () => {
	const storeOf = async (file: string) => {
		const { rows } = await t.service.db.query<{ id: string }>("SELECT id FROM vector_stores WHERE input_file_id = $1", [
			file,
		]);
		return rows.map(({ id }) => id);
	};

	test("is one, however often and by how many at once the file is given, and ingested once", async () => {
		const file = await uploadText(t.client, "lease.txt", LEASE);
		await Promise.all([1, 2, 3].map(() => ask(withFiles("What is the rent?", file))));
		await ask(withFiles("What is the rent?", file));
		const [store, ...more] = await storeOf(file);
		expect(more).toEqual([]);
		const { rows } = await t.service.db.query("SELECT attachment FROM vector_store_files WHERE vector_store_id = $1", [
			store,
		]);
		expect(rows).toEqual([{ attachment: 1 }]);
	});

	test("is nobody's to see, to search or to remove", async () => {
		const file = await uploadText(t.client, "lease.txt", LEASE);
		await ask(withFiles("What is the rent?", file));
		const [store = ""] = await storeOf(file);
		const listed = await Array.fromAsync(t.client.vectorStores.list());
		expect(listed.map(({ id }) => id)).not.toContain(store);
		for (const call of [
			() => t.client.vectorStores.retrieve(store),
			() => t.client.vectorStores.delete(store),
			() => t.client.vectorStores.files.list(store),
			() => t.client.vectorStores.search(store, { query: "rent" }),
			() => ask("rent?", { tools: [fileSearch(store)] }),
		])
			await expect(call()).rejects.toThrow(OpenAI.NotFoundError);
		expect(await storeOf(file)).toEqual([store]);
	});

	test("is made anew where the worker gave the file up for no fault of its own", async () => {
		const file = await uploadText(t.client, "lease.txt", LEASE);
		await ask(withFiles("What is the rent?", file));
		const [store] = await storeOf(file);
		const error = JSON.stringify({ code: "server_error", message: "The embedding server is gone." });
		await t.service.db.query(
			"UPDATE vector_store_files SET status = 'failed', last_error = $2 WHERE vector_store_id = $1",
			[store, error],
		);
		await ask(withFiles("What is the rent?", file));
		expect(lastExcerpts(fake)).toContain("490 euros");
		expect(await storeOf(file)).not.toEqual([store]);
	});
});

describe("what cannot be read is refused", () => {
	const refused = async (input: unknown) => {
		const sent = await sendJson(t.url, "POST", "/v1/responses", { model: "m", input });
		return { status: sent.status, ...errorOf(sent) };
	};

	test("where there is no such file", async () => {
		expect(await refused(withFiles("?", "file-none"))).toMatchObject({
			status: 404,
			param: "input",
			message: "No such File object: file-none",
		});
	});

	test("where the file is broken, with what is wrong", async () => {
		const file = await uploadText(t.client, "broken.pdf", "%PDF-1.4 this is none");
		expect(await refused(withFiles("What does it say?", file))).toMatchObject({
			status: 400,
			code: "invalid_file",
			message: expect.stringContaining("'broken.pdf'"),
		});
	});

	test("where it is of a kind that is not read", async () => {
		const file = await uploadText(t.client, "tool.exe", Buffer.from([0x4d, 0x5a, 0, 1, 2, 3, 0, 0, 0xff, 0xfe, 0]));
		expect(await refused(withFiles("What does it say?", file))).toMatchObject({
			status: 400,
			code: "unsupported_file",
		});
	});

	test.each([
		[
			"its data",
			{ type: "input_file", file_data: "data:text/plain;base64,aGk=" },
			"file_data",
			/upload the file and give its id/,
		],
		["its address", { type: "input_file", file_url: "http://127.0.0.1/x" }, "file_url", /upload the file/],
		["nothing", { type: "input_file" }, null, /upload the file/],
		["an image", { type: "input_image", image_url: "http://x/y.png" }, "type", /'input_image' is not served: .*OCR/],
	])("where %s is given instead", async (_name, part, key, message) => {
		const at = "input[0].content[0]";
		expect(await refused([{ role: "user", content: [part, { type: "input_text", text: "?" }] }])).toMatchObject({
			status: 400,
			code: "invalid_value",
			param: key ? `${at}.${key}` : at,
			message: expect.stringMatching(message),
		});
	});

	test("where another than the user gives it", async () => {
		const [message] = withFiles("?", "file-x");
		expect(
			await refused([
				{ ...message, role: "developer" },
				{ role: "user", content: "?" },
			]),
		).toMatchObject({ status: 400 });
	});

	test("where it is not read in time", async () => {
		const slow = await startTestService({ OPENAI_BASE_URL: fake.url, INPUT_FILE_SECONDS: "1" }, { worker: false });
		const file = await uploadText(slow.client, "lease.txt", LEASE);
		await expect(
			slow.client.responses.create({ model: "m", input: withFiles("What is the rent?", file) }),
		).rejects.toMatchObject({
			status: 400,
			code: "file_not_ready",
			message: expect.stringContaining("'lease.txt'"),
		});
		await slow.stop();
	});
});
