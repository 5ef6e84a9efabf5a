import { describe, expect, test } from "vitest";
import { applyTemplate, promptTemplate, variablesOf } from "../../src/wire/prompt-template.ts";
import { responseRequest } from "../../src/wire/response-request.ts";

type Given = Record<string, unknown>;
const apply = (template: Given, variables: Given | null = null, own: Given = {}) =>
	applyTemplate(
		responseRequest.parse({ prompt: { id: "pmpt_1", variables }, ...own }),
		promptTemplate.parse({ instructions: "Help.", ...template }),
		"3",
	);
const filled = (instructions: string, variables: Given) => apply({ instructions }, variables).instructions;

describe("a placeholder", () => {
	test.each([
		["Speak of {{city}}.", { city: "Oslo" }, "Speak of Oslo."],
		["{{ a }}{{a}}-{{b_2}}", { a: "x", b_2: "y" }, "xx-y"],
		["{{city}}", { city: { type: "input_text", text: "Rome" } }, "Rome"],
		["{{city}}", { city: "" }, ""],
		["no placeholder", { city: "Oslo" }, "no placeholder"],
		["{city} {{}} {{#if x}} {{1a}}", {}, "{city} {{}} {{#if x}} {{1a}}"],
		["{{a}}", { a: "{{b}} $& $1", b: "never" }, "{{b}} $& $1"],
	])("is filled in: %s", (template, variables, expected) => {
		expect(filled(template, variables)).toBe(expected);
	});

	test.each(["city", "toString", "constructor"])("that the request does not fill in is named: %s", (name) => {
		expect(() => filled(`In {{${name}}}.`, { other: "x" })).toThrow(
			expect.objectContaining({ status: 400, param: `prompt.variables.${name}` }),
		);
	});
});

test("the variables of a template are those of all its texts, each once", () => {
	const input = [
		{ role: "user", content: "{{b}} {{c}}" },
		{ role: "user", content: [{ type: "input_text", text: "{{d}}" }] },
	];
	expect(variablesOf(promptTemplate.parse({ instructions: "{{a}} {{b}}", input }))).toEqual(["a", "b", "c", "d"]);
	expect(variablesOf(promptTemplate.parse({ instructions: "None", input: "{{e}}" }))).toEqual(["e"]);
});

describe("a request's own field", () => {
	test("takes the place of the version's; null is none", () => {
		const template = { model: "small", temperature: 0.2, top_p: 0.5, input: "Asked by {{who}}?" };
		const own = { model: "large", temperature: 0, top_p: null, instructions: "Mine.", input: "Mine?" };
		expect(apply({ ...template, instructions: "For {{nobody}}" }, null, own)).toMatchObject({
			model: "large",
			temperature: 0,
			top_p: 0.5,
			instructions: "Mine.",
			input: "Mine?",
		});
	});

	test("that the template does not have stays", () => {
		expect(apply({}, null, { metadata: { a: "b" }, input: "?" })).toMatchObject({ metadata: { a: "b" }, input: "?" });
	});
});

test("messages are filled in wherever they have text, and keep all else", () => {
	const input = [
		{ role: "developer", content: "Be {{how}}." },
		{ role: "user", content: [{ type: "input_text", text: "Where is {{what}}?" }] },
	];
	expect(apply({ input }, { how: "brief", what: "Oslo" }).input).toEqual([
		{ role: "developer", content: "Be brief." },
		{ role: "user", content: [{ type: "input_text", text: "Where is Oslo?" }] },
	]);
});

test("the prompt says which version it was", () => {
	expect(apply({}, { a: "b" }).prompt).toEqual({ id: "pmpt_1", version: "3", variables: { a: "b" } });
});
