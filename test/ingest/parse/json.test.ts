import { readFile } from "node:fs/promises";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readJson } from "../../../ingest/parse/json.ts";
import type { Piece } from "../../../src/types.ts";
import { read, stored } from "./read.ts";

/** The value at an RFC 6901 pointer. */
function resolve(document: unknown, pointer: string): unknown {
	const tokens = pointer
		.split("/")
		.slice(1)
		.map((token) => token.replaceAll("~1", "/").replaceAll("~0", "~"));
	return tokens.reduce<unknown>(
		(value, token) => Object.entries(value as object).find(([key]) => key === token)?.[1],
		document,
	);
}

async function pieces(content: string, whole: number): Promise<Piece[]> {
	return Array.fromAsync(readJson(await stored("a.json", content), whole));
}

// Keys that look like array indexes come first in a parsed object, so they are left out here.
const key = fc.string({ unit: fc.constantFrom("a", "B", "/", "~", '"', "é", "\\", " ", "%") }).map((s) => `k${s}`);
const { value: json } = fc.letrec<{ value: unknown }>((tie) => ({
	value: fc.oneof(
		{ depthSize: "small" },
		fc.string({ unit: fc.constantFrom("x", "{", "]", '"', "\\", ",", ":", "é", "😀", "\n", "\u0001") }),
		fc.integer(),
		fc.double({ noDefaultInfinity: true, noNaN: true }),
		fc.constantFrom(null, true, false),
		fc.array(tie("value"), { maxLength: 4 }),
		fc.dictionary(key, tie("value"), { maxKeys: 4 }),
	),
}));

describe("a JSON file", () => {
	test("gives each committee and subcommittee as a record whose pointer leads to it", async () => {
		const content = await readFile(
			new URL("../../../fixtures/demo/us-congress-committees.json", import.meta.url),
			"utf8",
		);
		const document: { name: string; subcommittees?: { name: string }[] }[] = JSON.parse(content);
		const { blocks } = await read("committees.json", content);
		const expected = document.flatMap(({ name, subcommittees = [] }, i) => [
			{ pointer: `/${i}`, name },
			...subcommittees.map((sub, j) => ({ pointer: `/${i}/subcommittees/${j}`, name: sub.name })),
		]);
		const named = blocks.flatMap(({ text, location }) => {
			const name = /^name: (.*)$/m.exec(text)?.[1];
			return name === undefined ? [] : [{ pointer: location.json_pointer, name }];
		});
		expect(named).toEqual(expected);
		expect(blocks[0]).toEqual({ kind: "record", text: `${document.length} items`, location: { json_pointer: "" } });
	});

	test("says in a parent how many items its arrays hold, and in a child under what it stands", async () => {
		const { blocks } = await read(
			"a.json",
			JSON.stringify([
				{ name: "Ways and Means", subcommittees: [{ name: "Tax", members: [] }, { name: "Trade" }], tags: ["a", "b"] },
			]),
		);
		expect(blocks.map(({ text, location }) => [location.json_pointer, location.headings, text])).toEqual([
			["", undefined, "1 item"],
			["/0", undefined, "name: Ways and Means\nsubcommittees: 2 items\ntags: a, b"],
			["/0/subcommittees/0", ["Ways and Means", "subcommittees"], "name: Tax\nmembers: 0 items"],
			["/0/subcommittees/1", ["Ways and Means", "subcommittees"], "name: Trade"],
		]);
	});

	test("every block's pointer leads to a value that holds the block's scalars", async () => {
		await fc.assert(
			fc.asyncProperty(json, async (value) => {
				const content = JSON.stringify(value);
				for (const { text, location } of (await read("a.json", content)).blocks) {
					const target = resolve(JSON.parse(content), location.json_pointer ?? "missing");
					expect(target).toBeDefined();
					if (typeof target !== "object" || target === null || Array.isArray(target)) continue;
					for (const [name, member] of Object.entries(target)) {
						if (typeof member === "number" || typeof member === "boolean") expect(text).toContain(`${name}: ${member}`);
					}
				}
			}),
		);
	});

	test("reads the same member by member as in one go", async () => {
		await fc.assert(
			fc.asyncProperty(
				json,
				fc.integer({ min: 0, max: 40 }),
				fc.constantFrom(undefined, 1, "\t"),
				async (value, whole, indent) => {
					const content = JSON.stringify(value, undefined, indent);
					expect(await pieces(content, whole)).toEqual(await pieces(content, Number.POSITIVE_INFINITY));
				},
			),
		);
	});

	test("is accepted or refused member by member as in one go, with the same message", async () => {
		const broken = fc
			.tuple(json, fc.nat(), fc.constantFrom("", ",", "}", "]", '"', "x", ":", "[", "0", "\\"))
			.map(([value, at, insert]) => {
				const text = JSON.stringify(value);
				const place = at % (text.length + 1);
				return text.slice(0, place) + insert + text.slice(place + 1);
			});
		const outcome = (content: string, whole: number) =>
			pieces(content, whole).then(
				(list) => list.length > 0,
				(error) => error.message,
			);
		await fc.assert(
			fc.asyncProperty(broken, fc.integer({ min: 0, max: 40 }), async (content, whole) => {
				fc.pre(content.trim() !== "");
				expect(await outcome(content, whole)).toEqual(await outcome(content, Number.POSITIVE_INFINITY));
			}),
			{ numRuns: 300 },
		);
	});

	test.each([
		["[1, a]", "line 1, column 5: expected a value"],
		['{"a": 1,}', "line 1, column 9: expected an object key"],
		['{\n  "a" 1\n}', "line 2, column 7: expected ':'"],
		["[1\n,2\n", "line 3, column 1: expected ',' or a closing bracket, but the text ends here"],
		[
			'{"a":',
			'line 1, column 6: expected a value (an object, array, "string", number, true, false or null), but the text ends here',
		],
		["[1 2]", /line 1, column 4: expected ',' or a closing bracket$/],
		["[\n1,\0]", "line 2, column 3"],
		['{"a": "b', "a string is never closed"],
		["[1] [2]", "name it .jsonl"],
		["['a']", "line 1, column 2"],
	])("%o is refused with the place and what was expected", async (content, message) => {
		await expect(read("a.json", content)).rejects.toMatchObject({
			code: "invalid_file",
			message: expect.stringMatching(typeof message === "string" ? RegExp.escape(message) : message),
		});
	});

	test.each(["[]", "{}", '""', "null", "true", "-0", '{"":0}', '["\\u0000"]'])(
		"the value %o is a document",
		async (content) => {
			expect((await read("a.json", content)).blocks).toHaveLength(1);
		},
	);

	test.each(["", "1"])("nested 500 deep is read, 501 deep refused in words (%#)", async (scalar) => {
		const nested = (depth: number) => "[".repeat(depth) + scalar + "]".repeat(depth);
		expect((await read("a.json", nested(500))).blocks.at(-1)?.location.json_pointer).toBe("/0".repeat(499));
		for (const depth of [501, 100_000]) {
			await expect(read("a.json", nested(depth))).rejects.toMatchObject({
				code: "invalid_file",
				message: expect.stringContaining("deeper than 500 levels"),
			});
		}
	});

	test("deep nesting with numbers to keep is refused in words too", async () => {
		await expect(read("a.json", `${"[".repeat(100_000)}1.50${"]".repeat(100_000)}`)).rejects.toMatchObject({
			message: expect.stringContaining("deeper than 500 levels"),
		});
	});

	test.each(["1.50", "12345678901234567890", "1e999", "-0", "1.0E+2", "0.1"])(
		"the number %s keeps its digits",
		async (number) => {
			expect((await read("a.json", `{"n": ${number}}`)).blocks[0]?.text).toBe(`n: ${number}`);
		},
	);

	test.each([
		['"only"', "only"],
		['""', '""'],
		["[]", "0 items"],
		["{}", "0 members"],
		["[1, [2, 3], {}]", "3 items\n0: 1"],
		['{"__proto__": {"x": 1}, "constructor": 2}', "constructor: 2"],
		['{"a": 1, "a": 2}', "a: 2"],
		['{"a": "\\ud800 \\u0000"}', "a: \uFFFD \uFFFD"],
	])("%s begins with the block %o", async (content, text) => {
		expect((await read("a.json", content)).blocks[0]?.text).toBe(text);
		expect(({} as { x?: number }).x).toBeUndefined();
	});

	test("the members of a __proto__ key are read like any others", async () => {
		const { blocks } = await read("a.json", '{"__proto__": {"x": 1}}');
		expect(blocks.map((block) => [block.location.json_pointer, block.text])).toContainEqual(["/__proto__", "x: 1"]);
	});

	test("long lists and long records are divided into several blocks, each naming its key", async () => {
		const { blocks } = await read(
			"a.json",
			JSON.stringify({ ids: Array.from({ length: 5000 }, (_, i) => `item-${i}`) }),
		);
		expect(blocks.length).toBeGreaterThan(10);
		expect(blocks.every((block) => block.text.startsWith("ids: ") && block.text.length < 4100)).toBe(true);
		expect(
			blocks
				.map((block) => block.text.slice(5))
				.join(", ")
				.split(", "),
		).toHaveLength(5000);
	});

	test("headings are at most four of at most 80 characters, the outermost and the nearest", async () => {
		const deep = { name: "x".repeat(100), a: { b: { c: { d: { e: { n: 1 } } } } } };
		const last = (await read("a.json", JSON.stringify(deep))).blocks.at(-1);
		expect(last?.location.headings).toEqual([`${"x".repeat(79)}…`, "c", "d", "e"]);
	});
});

describe("a JSON Lines file", () => {
	test("gives each line as a record with its number and pointer", async () => {
		const { blocks, facts } = await read("a.jsonl", '{"name":"a","x":{"y":1}}\n\n{"name":"b"}\n3');
		expect(blocks.map(({ text, location }) => [text, location])).toEqual([
			["name: a", { json_pointer: "/0", row_start: 1, row_end: 1 }],
			["y: 1", { json_pointer: "/0/x", headings: ["a", "x"], row_start: 1, row_end: 1 }],
			["name: b", { json_pointer: "/1", row_start: 2, row_end: 2 }],
			["3", { json_pointer: "/2", row_start: 3, row_end: 3 }],
		]);
		expect(facts.rows).toBe(3);
	});

	test("with a bad line is refused, naming the line and column", async () => {
		await expect(read("a.ndjson", '{"a":1}\n\n{"a":}\n')).rejects.toMatchObject({
			code: "invalid_file",
			message: expect.stringContaining("line 3, column 6: expected a value"),
		});
	});

	test("reads a line longer than the chunks of the file", async () => {
		const { blocks } = await read("a.jsonl", `{"a":"${"x".repeat(30_000)}","b":"${"y".repeat(200_000)}"}\n{"c":1}\n`);
		expect(blocks.at(-1)).toMatchObject({ text: "c: 1", location: { row_start: 2 } });
	});
});
