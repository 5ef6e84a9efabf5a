import { describe, expect, test } from "vitest";
import { planTools, type ToolPlan } from "../../src/wire/tool-plan.ts";
import { tool, toolChoice } from "../../src/wire/tools.ts";

const SEARCH = { type: "file_search", vector_store_ids: ["vs_1"] };
const ADD = { type: "function", name: "add", parameters: {} };
const SUB = { type: "function", name: "sub", parameters: {} };
type Mode = "first" | "tool" | "both";

function plan(tools: object[], choice: unknown = "auto", mode: Mode = "first", more = {}): ToolPlan {
	const { max_tool_calls = null, generates = true, goesOn = false } = more as Record<string, never>;
	const request = { tools: tools.map((one) => tool.parse(one)), tool_choice: toolChoice.parse(choice), max_tool_calls };
	return planTools(request, mode, { generates, goesOn });
}

/** searched first?, own searches, functions, choice of the first call */
const short = ({ searchFirst, ownSearches, functions, toolChoice }: ToolPlan) => [
	searchFirst,
	ownSearches,
	functions.map(({ name }) => name).join("+"),
	toolChoice,
];

describe("who searches, and what the model must call", () => {
	const fileSearch = { type: "file_search" };
	const add = { type: "function", name: "add" };
	const allowed = (mode: string, ...tools: object[]) => ({ type: "allowed_tools", mode, tools });

	test.each<[string, object[], unknown, Mode, unknown[]]>([
		["nothing", [], "auto", "both", [false, 0, "", "auto"]],
		["a search", [SEARCH], "auto", "first", [true, 0, "", "auto"]],
		["a search", [SEARCH], "auto", "tool", [false, 4, "", "auto"]],
		["a search", [SEARCH], "auto", "both", [true, 4, "", "auto"]],
		["a search", [SEARCH], "none", "both", [false, 0, "", "none"]],
		["a search", [SEARCH], "required", "first", [true, 4, "", "auto"]],
		["a search", [SEARCH], "required", "tool", [false, 4, "", { name: "file_search" }]],
		["a search", [SEARCH], fileSearch, "first", [true, 4, "", "auto"]],
		["a search", [SEARCH], fileSearch, "tool", [false, 4, "", { name: "file_search" }]],
		["functions", [ADD, SUB], "auto", "both", [false, 0, "add+sub", "auto"]],
		["functions", [ADD, SUB], "none", "first", [false, 0, "add+sub", "none"]],
		["functions", [ADD, SUB], "required", "first", [false, 0, "add+sub", "required"]],
		["functions", [ADD, SUB], add, "first", [false, 0, "add+sub", { name: "add" }]],
		["functions", [ADD, SUB], allowed("auto", add), "first", [false, 0, "add", "auto"]],
		["functions", [ADD, SUB], allowed("required", add), "first", [false, 0, "add", "required"]],
		["both", [SEARCH, ADD], "auto", "first", [true, 0, "add", "auto"]],
		["both", [SEARCH, ADD], "required", "first", [true, 0, "add", "required"]],
		["both", [SEARCH, ADD], "required", "tool", [false, 4, "add", "required"]],
		["both", [SEARCH, ADD], add, "tool", [false, 0, "add", { name: "add" }]],
		["both", [SEARCH, ADD], add, "first", [true, 0, "add", { name: "add" }]],
		["both", [SEARCH, ADD], fileSearch, "tool", [false, 4, "add", { name: "file_search" }]],
		["both", [SEARCH, ADD], allowed("auto", add), "both", [false, 0, "add", "auto"]],
		["both", [SEARCH, ADD], allowed("required", fileSearch), "tool", [false, 4, "", { name: "file_search" }]],
	])("%s: %j, %j, searched %s", (_name, tools, choice, mode, expected) => {
		expect(short(plan(tools, choice, mode))).toEqual(expected);
	});
});

test("with the choice of none no store is opened, but for what was searched for the question before", () => {
	expect(plan([SEARCH], "none").fileSearch).toEqual([]);
	expect(plan([SEARCH], "none", "first", { goesOn: true })).toMatchObject({
		fileSearch: [{ vector_store_ids: ["vs_1"] }],
		searchFirst: false,
		ownSearches: 0,
	});
});

test("max_tool_calls counts all searches of a response, those made first among them", () => {
	expect(plan([SEARCH], "auto", "tool", { max_tool_calls: 7 }).ownSearches).toBe(7);
	expect(plan([SEARCH], "auto", "both", { max_tool_calls: 3 }).ownSearches).toBe(2);
	expect(plan([SEARCH, SEARCH], "auto", "both", { max_tool_calls: 1 }).ownSearches).toBe(0);
	expect(plan([SEARCH], "auto", "tool", { max_tool_calls: 1, goesOn: true }).ownSearches).toBe(0);
});

describe("a model that cannot call functions", () => {
	const cannot = { generates: false };

	test.each<Mode>(["first", "tool", "both"])("is given none, and its documents are searched first: %s", (mode) => {
		expect(short(plan([SEARCH, ADD], "auto", mode, cannot))).toEqual([true, 0, "", "auto"]);
	});

	test.each([
		[[ADD], "required"],
		[[SEARCH, ADD], { type: "function", name: "add" }],
		[[SEARCH, ADD], { type: "allowed_tools", mode: "required", tools: [{ type: "function", name: "add" }] }],
	])("is not made to: %j, %j", (tools, choice) => {
		expect(() => plan(tools, choice, "first", cannot)).toThrow(
			expect.objectContaining({ status: 400, param: "tool_choice" }),
		);
	});

	test("may be made to search", () => {
		expect(plan([SEARCH, ADD], "required", "first", cannot).searchFirst).toBe(true);
	});
});

describe("is refused, with the field at fault:", () => {
	test.each([
		["a function that is not there", [ADD], { type: "function", name: "sub" }, "tool_choice", "'sub'"],
		["a search that is not there", [ADD], { type: "file_search" }, "tool_choice", "'file_search'"],
		[
			"one of those allowed that is not there",
			[ADD],
			{ type: "allowed_tools", mode: "auto", tools: [{ type: "function", name: "add" }, { type: "file_search" }] },
			"tool_choice",
			"file_search",
		],
		["a choice among nothing", [], "required", "tool_choice", "'required'"],
		["a name twice", [ADD, SUB, ADD], "auto", "tools[2].name", "'add'"],
		[
			"a function named as the search",
			[{ ...ADD, name: "file_search" }, SEARCH],
			"auto",
			"tools[0].name",
			"file_search",
		],
	])("%s", (_name, tools, choice, param, named) => {
		const refused = expect.objectContaining({ status: 400, param, message: expect.stringContaining(named) });
		expect(() => plan(tools, choice)).toThrow(refused);
	});
});
