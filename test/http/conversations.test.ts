import OpenAI from "openai";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { errorOf, send, sendJson } from "../support/send.ts";
import { startTestService, type TestService } from "../support/service.ts";

let t: TestService;
beforeAll(async () => {
	t = await startTestService({}, { worker: false });
});
afterAll(() => t.stop());

const create = (body?: OpenAI.Conversations.ConversationCreateParams) => t.client.conversations.create(body);
const textsOf = (items: OpenAI.Conversations.ConversationItem[]) =>
	items.map((item) => (item.type === "message" ? item.content.map((part) => ("text" in part ? part.text : "")) : []));
const said = (...texts: string[]) => texts.map((content) => ({ role: "user" as const, content }));

describe("a conversation", () => {
	test("is created of nothing at all", async () => {
		const before = Math.floor(Date.now() / 1000);
		const conversation = await create();
		expect(conversation).toEqual({
			id: expect.stringMatching(/^conv_[0-9a-f]{48}$/),
			object: "conversation",
			metadata: {},
			created_at: expect.any(Number),
		});
		expect(conversation.created_at).toBeGreaterThanOrEqual(before);
		expect(await t.client.conversations.retrieve(conversation.id)).toEqual(conversation);
		expect((await t.client.conversations.items.list(conversation.id)).data).toEqual([]);
		const headers = { "content-type": "application/json", "content-length": "0" };
		expect((await send(t.url, "POST", "/v1/conversations", { headers })).status).toBe(200);
		expect((await sendJson(t.url, "POST", "/v1/conversations", { items: null, metadata: null })).status).toBe(200);
	});

	test("keeps its metadata until they are replaced", async () => {
		const { id } = await create({ metadata: { topic: "okapis", user: "u1" } });
		expect((await t.client.conversations.retrieve(id)).metadata).toEqual({ topic: "okapis", user: "u1" });
		expect((await t.client.conversations.update(id, { metadata: { topic: "zebras" } })).metadata).toEqual({
			topic: "zebras",
		});
		expect((await t.client.conversations.retrieve(id)).metadata).toEqual({ topic: "zebras" });
		expect((await t.client.conversations.update(id, { metadata: null as never })).metadata).toEqual({});
	});

	test("is gone with its items once it is deleted", async () => {
		const { id } = await create({ items: said("Hello") });
		expect(await t.client.conversations.delete(id)).toEqual({ id, object: "conversation.deleted", deleted: true });
		await expect(t.client.conversations.retrieve(id)).rejects.toThrow(OpenAI.NotFoundError);
		await expect(t.client.conversations.items.list(id)).rejects.toThrow(OpenAI.NotFoundError);
		await expect(t.client.conversations.delete(id)).rejects.toThrow(OpenAI.NotFoundError);
		const { rows } = await t.service.db.query("SELECT FROM conversation_items WHERE conversation_id = $1", [id]);
		expect(rows).toEqual([]);
	});
});

describe("items", () => {
	test("are stored whole: a text becomes a part, a status and an id are filled in", async () => {
		const { id } = await create({
			items: [
				{ role: "user", content: "Hello" },
				{ role: "assistant", content: "Hello to you." },
				{ type: "message", role: "developer", content: [{ type: "input_text", text: "Be brief." }] },
			],
		});
		const { data } = await t.client.conversations.items.list(id, { order: "asc" });
		const message = { id: expect.stringMatching(/^msg_[0-9a-f]{48}$/), type: "message", status: "completed" };
		expect(data).toEqual([
			{ ...message, role: "user", content: [{ type: "input_text", text: "Hello" }] },
			{
				...message,
				role: "assistant",
				content: [{ type: "output_text", text: "Hello to you.", annotations: [], logprobs: [] }],
			},
			{ ...message, role: "developer", content: [{ type: "input_text", text: "Be brief." }] },
		]);
	});

	test("are added as a list of what was added, in its order", async () => {
		const { id } = await create({ items: said("One") });
		const added = await t.client.conversations.items.create(id, { items: said("Two", "Three") });
		expect(textsOf(added.data)).toEqual([["Two"], ["Three"]]);
		expect(added).toMatchObject({ object: "list", has_more: false });
		expect([added.first_id, added.last_id]).toEqual(added.data.map((item) => item.id));
		const { data } = await t.client.conversations.items.list(id, { order: "asc" });
		expect(textsOf(data)).toEqual([["One"], ["Two"], ["Three"]]);
	});

	test("come newest first, in pages that follow each other without gap or repetition", async () => {
		const texts = ["1", "2", "3", "4", "5"];
		const { id } = await create({ items: said(...texts) });
		const first = await t.client.conversations.items.list(id, { limit: 2 });
		expect(textsOf(first.data)).toEqual([["5"], ["4"]]);
		expect([first.has_more, first.last_id]).toEqual([true, first.data[1]?.id]);
		const next = await t.client.conversations.items.list(id, { limit: 3, after: first.last_id, order: "desc" });
		expect(textsOf(next.data)).toEqual([["3"], ["2"], ["1"]]);
		expect(next.has_more).toBe(false);
		for (const order of ["asc", "desc"] as const) {
			const walked: OpenAI.Conversations.ConversationItem[] = [];
			for await (const item of t.client.conversations.items.list(id, { limit: 2, order })) walked.push(item);
			expect(textsOf(walked).flat()).toEqual(order === "asc" ? texts : texts.toReversed());
		}
	});

	test("are retrieved and deleted one by one; what is deleted from is answered", async () => {
		const conversation = await create({ items: said("One", "Two"), metadata: { a: "b" } });
		const where = { conversation_id: conversation.id };
		const { data } = await t.client.conversations.items.list(conversation.id, { order: "asc" });
		const [one, two] = data.map((item) => item.id as string) as [string, string];
		expect(await t.client.conversations.items.retrieve(two, where)).toEqual(data[1]);
		expect(await t.client.conversations.items.delete(one, where)).toEqual(conversation);
		await expect(t.client.conversations.items.retrieve(one, where)).rejects.toThrow(OpenAI.NotFoundError);
		await expect(t.client.conversations.items.delete(one, where)).rejects.toThrow(OpenAI.NotFoundError);
		expect(textsOf((await t.client.conversations.items.list(conversation.id)).data)).toEqual([["Two"]]);
	});

	test("may have ids of their own, each once", async () => {
		const mine = (id: string) => ({ id, role: "user", content: "?", type: "message" }) as never;
		const { id } = await create({ items: [mine("msg_mine")] });
		const other = await create({ items: [mine("msg_mine")] });
		expect((await t.client.conversations.items.list(other.id)).data.map((item) => item.id)).toEqual(["msg_mine"]);
		for (const items of [[mine("msg_mine")], [mine("msg_new"), mine("msg_new")]]) {
			await expect(t.client.conversations.items.create(id, { items })).rejects.toMatchObject({
				status: 400,
				param: "items",
				message: expect.stringContaining("Duplicate item found"),
			});
		}
		expect((await t.client.conversations.items.list(id)).data).toHaveLength(1);
	});

	test("of a search show what it found where that is asked for", async () => {
		const found = [{ file_id: "file-1", filename: "a.txt", score: 0.5, text: "t", attributes: {} }];
		const call: OpenAI.Responses.ResponseFileSearchToolCall = {
			type: "file_search_call",
			id: "fs_1",
			status: "completed",
			queries: ["q"],
			results: found,
		};
		const { id } = await create({});
		const include = ["file_search_call.results" as const];
		const where = { conversation_id: id };
		const { items } = t.client.conversations;
		expect((await items.create(id, { items: [call], include })).data).toEqual([call]);
		expect((await items.list(id, { include })).data).toEqual([call]);
		expect(await items.retrieve("fs_1", { ...where, include })).toEqual(call);
		const bare = { ...call, results: null };
		expect((await items.create(id, { items: [{ ...call, id: "fs_2" }] })).data).toEqual([{ ...bare, id: "fs_2" }]);
		expect((await items.list(id, { order: "asc" })).data[0]).toEqual(bare);
		expect(await items.retrieve("fs_1", where)).toEqual(bare);
	});
});

describe("what cannot be is refused", () => {
	const pairs = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, n) => [`k${n}`, "v"]));
	test.each([
		["17 pairs of metadata", "", { metadata: pairs(17) }, "metadata", "at most 16 pairs"],
		["a long key", "", { metadata: { ["k".repeat(65)]: "v" } }, `metadata.${"k".repeat(65)}`, "maximum length 64"],
		["a long value", "", { metadata: { k: "v".repeat(513) } }, "metadata.k", "maximum length 512"],
		["21 items", "", { items: said(..."x".repeat(21)) }, "items", "maximum length 20"],
		["21 items more", "/{id}/items", { items: said(..."x".repeat(21)) }, "items", "maximum length 20"],
		["no items", "/{id}/items", {}, "items", "Missing required parameter"],
		["no metadata", "/{id}", {}, "metadata", "Missing required parameter"],
		[
			"an image",
			"",
			{ items: [{ role: "user", content: [{ type: "input_image" }] }] },
			"items[0].content[0].type",
			"input_image",
		],
		["an unknown item", "/{id}/items", { items: [{ type: "magic" }] }, "items[0].type", "magic"],
		["an unknown include", "/{id}/items?include[]=all", { items: said("x") }, "include", "all"],
	])("%s", async (_name, path, body, param, says) => {
		const { id } = await create();
		const sent = await sendJson(t.url, "POST", `/v1/conversations${path.replace("{id}", id)}`, body);
		expect(sent.status).toBe(400);
		expect(errorOf(sent).param).toBe(param);
		expect(errorOf(sent).message).toContain(says);
	});

	test.each([
		["GET", "", undefined],
		["POST", "", { metadata: {} }],
		["DELETE", "", undefined],
		["GET", "/items", undefined],
		["POST", "/items", { items: said("x") }],
		["GET", "/items/msg_1", undefined],
		["DELETE", "/items/msg_1", undefined],
	])("%s of an unknown conversation%s", async (method, path, body) => {
		const sent = await (body
			? sendJson(t.url, method, `/v1/conversations/conv_none${path}`, body)
			: send(t.url, method, `/v1/conversations/conv_none${path}`));
		expect(sent.status).toBe(404);
		expect(errorOf(sent)).toEqual({
			message: "Conversation with id 'conv_none' not found.",
			type: "invalid_request_error",
			param: "conversation_id",
			code: null,
		});
	});

	test("an item, and a cursor, of another conversation", async () => {
		const { id } = await create({ items: said("Mine") });
		const { data } = await t.client.conversations.items.list((await create({ items: said("Other") })).id);
		const other = data[0]?.id as string;
		await expect(t.client.conversations.items.retrieve(other, { conversation_id: id })).rejects.toThrow(
			OpenAI.NotFoundError,
		);
		await expect(t.client.conversations.items.list(id, { after: other })).rejects.toMatchObject({
			status: 400,
			param: "after",
		});
	});
});
