import { afterAll, beforeAll, expect, test } from "vitest";
import { errorOf, send, sendJson } from "../support/send.ts";
import { startTestService, type TestService } from "../support/service.ts";
import { uploadText } from "../support/upload.ts";

const FILES = {
	ann: { author: "Ann", year: 2020, draft: true, rating: 4.5 },
	ben: { author: "Ben", year: 2021, draft: false },
	text: { author: "ann", year: "2020" },
	bare: {},
};

let t: TestService;
let storeId: string;
const names = new Map<string, string>();
beforeAll(async () => {
	t = await startTestService();
	({ id: storeId } = await t.client.vectorStores.create({}));
	const files = [];
	for (const [name, attributes] of Object.entries(FILES)) {
		const file_id = await uploadText(t.client, `${name}.txt`, "The same sentence about penguins.");
		names.set(file_id, name);
		files.push({ file_id, attributes });
	}
	await t.client.vectorStores.fileBatches.createAndPoll(storeId, { files });
});
afterAll(() => t.stop());

const of = (type: string, key: string, value: unknown) => ({ type, key, value });
const and = (...filters: unknown[]) => ({ type: "and", filters });
const or = (...filters: unknown[]) => ({ type: "or", filters });
const nested = (depth: number, inner: unknown): unknown => (depth === 0 ? inner : and(nested(depth - 1, inner)));

/** Missing keys fit only `ne` and `nin`; nothing is converted between types (API.md §3.6). */
test.for<[object, string[]]>([
	[of("eq", "author", "Ann"), ["ann"]],
	[of("eq", "year", 2020), ["ann"]],
	[of("eq", "year", "2020"), ["text"]],
	[of("eq", "draft", true), ["ann"]],
	[of("eq", "draft", "true"), []],
	[of("eq", "rating", 4.5), ["ann"]],
	[of("eq", "nobody has this", "x"), []],
	[of("eq", "author", "'; DROP TABLE files; --"), []],
	[of("ne", "author", "Ann"), ["ben", "text", "bare"]],
	[of("ne", "year", 2020), ["ben", "text", "bare"]],
	[of("ne", "nobody has this", 1), ["ann", "ben", "text", "bare"]],
	[of("gt", "year", 2020), ["ben"]],
	[of("gte", "year", 2020), ["ann", "ben"]],
	[of("lt", "year", 2021), ["ann"]],
	[of("lte", "year", 2021), ["ann", "ben"]],
	[of("gt", "year", "2019"), ["text"]],
	[of("lt", "year", "abc"), ["text"]],
	[of("gt", "author", "Ann"), ["ben", "text"]],
	[of("lte", "author", "Ben"), ["ann", "ben"]],
	[of("gt", "draft", 0), []],
	[of("lt", "nobody has this", 5), []],
	[of("in", "author", ["Ann", "Ben"]), ["ann", "ben"]],
	[of("in", "year", [2020, "2020"]), ["ann", "text"]],
	[of("in", "year", []), []],
	[of("in", "nobody has this", ["x"]), []],
	[of("nin", "author", ["Ann", "Ben"]), ["text", "bare"]],
	[of("nin", "year", ["2020"]), ["ann", "ben", "bare"]],
	[of("nin", "author", []), ["ann", "ben", "text", "bare"]],
	[and(of("eq", "author", "Ann"), of("eq", "year", 2020)), ["ann"]],
	[and(of("eq", "author", "Ann"), of("eq", "year", 2021)), []],
	[or(of("eq", "author", "Ann"), of("eq", "year", 2021)), ["ann", "ben"]],
	[and(of("ne", "draft", false), or(of("eq", "year", 2020), of("eq", "year", "2020"))), ["ann", "text"]],
	[or(and(of("gte", "year", 2020), of("eq", "draft", false)), of("eq", "author", "ann")), ["ben", "text"]],
	[nested(19, of("eq", "author", "Ann")) as object, ["ann"]],
])("%j finds %j", async ([filters, expected]) => {
	const page = await t.client.vectorStores.search(storeId, { query: "penguins", filters: filters as never });
	expect(page.data.map((result) => names.get(result.file_id)).toSorted()).toEqual(expected.toSorted());
});

test.for<[unknown, string]>([
	[of("like", "author", "A%"), "filters.type"],
	[{ key: "author", value: "Ann" }, "filters.type"],
	[{ type: "eq", value: "Ann" }, "filters.key"],
	[{ type: "eq", key: "author" }, "filters.value"],
	[of("eq", "author", { name: "Ann" }), "filters.value"],
	[of("eq", "author", null), "filters.value"],
	[of("gt", "year", true), "filters.value"],
	[of("in", "author", "Ann"), "filters.value"],
	[of("in", "author", ["Ann", null]), "filters.value[1]"],
	[{ type: "and" }, "filters.filters"],
	[and(), "filters.filters"],
	[or(of("eq", "author", "Ann"), of("near", "author", "Ann")), "filters.filters[1].type"],
	[and(or(of("eq", "author", "Ann"), { type: "gt", key: "year" })), "filters.filters[0].filters[1].value"],
	[nested(25, of("eq", "author", "Ann")), "filters"],
	[or(...Array(201).fill(of("eq", "author", "Ann"))), "filters"],
	["author = 'Ann'", "filters"],
	[[], "filters"],
])("%j is refused where it is wrong", async ([filters, param]) => {
	const body = { query: "penguins", filters };
	const sent = await sendJson(t.url, "POST", `/v1/vector_stores/${storeId}/search`, body);
	expect(sent.status).toBe(400);
	expect(errorOf(sent).param).toBe(param);
});

test("a filter nested 100,000 deep harms nobody", async () => {
	const depth = 100_000;
	const filters = `${'{"type":"and","filters":['.repeat(depth)}{"type":"eq","key":"a","value":1}${"]}".repeat(depth)}`;
	const sent = await send(t.url, "POST", `/v1/vector_stores/${storeId}/search`, {
		headers: { "content-type": "application/json" },
		body: `{"query":"penguins","filters":${filters}}`,
	});
	expect(sent.status).toBe(400);
	expect(errorOf(sent)).toMatchObject({ param: "filters", message: expect.stringContaining("20 deep") });
});
