import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { nameWithoutExtension, searchable, searchableName } from "../../src/lexical/searchable.ts";
import { startTestService, type TestService } from "../support/service.ts";
import { createStore } from "../support/upload.ts";

test.each([
	["price/performance", "price performance"],
	["house.gov", "house gov"],
	["snake_case_name", "snake case name"],
	["a|b", "a b"],
	["C:\\Users\\me", "C: Users me"],
	["key:value", "key value"],
	["U.S. law", "U.S. law"],
	["e.g. this", "e.g. this"],
	["3.14 and 12:30", "3.14 and 12:30"],
	["ｆｕｌｌ ﬁne", "full fine"],
	["банк.рф", "банк рф"],
])("%j is searched as %j", (text, expected) => {
	expect(searchable(text)).toBe(expected);
});

test.each([
	["FY2018", "FY 2018"],
	["ADOBE_2018_10K", "ADOBE 2018 10 K"],
	["annual-report.v2", "annual report v 2"],
	["3M_2015Q2_10Q", "3 M 2015 Q 2 10 Q"],
])("the name %j is searched as %j", (name, expected) => {
	expect(searchableName(name)).toBe(expected);
});

test.each([
	["report.pdf", "report"],
	["archive.tar.gz", "archive.tar"],
	["no extension", "no extension"],
	["v1.0 of a long.sentence", "v1.0 of a long.sentence"],
])("%j without its extension is %j", (name, expected) => {
	expect(nameWithoutExtension(name)).toBe(expected);
});

describe("through the server", () => {
	let t: TestService;
	let storeId: string;
	beforeAll(async () => {
		t = await startTestService();
		const store = await createStore(t.client, {
			"one.txt": "The best price/performance of all.",
			"two.txt": "Write to clerk@mail.house.gov today.",
			"three.txt": "Set the variable max_chunk_tokens to 400.",
			"four.txt": "Der Straßenbahnfahrer heißt Müller.",
			"five.txt": "The ﬁnal ｒｅｐｏｒｔ.",
			"six.txt": "It's O'Brien's \\ backslash and 'quoted' words.",
		});
		storeId = store.id;
	});
	afterAll(() => t.stop());

	test.each([
		["performance", "one.txt"],
		["price", "one.txt"],
		["price/performance", "one.txt"],
		["house.gov", "two.txt"],
		["house", "two.txt"],
		["max_chunk_tokens", "three.txt"],
		["chunk", "three.txt"],
		["Müller", "four.txt"],
		["final report", "five.txt"],
		["O'Brien", "six.txt"],
		["quoted\\'", "six.txt"],
	])("%j finds it", async (query, filename) => {
		const { data } = await t.client.vectorStores.search(storeId, { query });
		expect(data.map((result) => result.filename)).toEqual([filename]);
	});
});
