import { expect, test } from "vitest";
import { queriesOf } from "../../src/ask/search-tool.ts";

test.each([
	['{"queries":["a b","c"]}', ["a b", "c"]],
	['{"queries":[" a ","a",""," "]}', ["a"]],
	['{"queries":"a"}', ["a"]],
	['{"query":"a"}', ["a"]],
	['{"queries":["a",7,null]}', ["a"]],
	['{"queries":["1","2","3","4","5","6"]}', ["1", "2", "3", "4", "5"]],
	[JSON.stringify({ queries: ["x".repeat(2_000)] }), ["x".repeat(1_000)]],
])("%s asks for %j", (given, queries) => {
	expect(queriesOf(given)).toEqual(queries);
});

test.each(["", "okapi", "null", "[]", "7", "{}", '{"queries":[]}', '{"queries":[{}]}', '{"queries":null}'])(
	"%j asks for nothing",
	(given) => {
		expect(queriesOf(given)).toBeUndefined();
	},
);
