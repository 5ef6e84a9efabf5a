import { describe, expect, test } from "vitest";
import { conversationOf, messagesOf, storedInput } from "../../src/wire/input-items.ts";

const NEW = expect.stringMatching(/^msg_[0-9a-f]+$/);

test("a text is one message of the user", () => {
	expect(storedInput("Hello")).toEqual([
		{ id: NEW, type: "message", role: "user", status: "completed", content: [{ type: "input_text", text: "Hello" }] },
	]);
});

test("what the assistant said is output, what all others said is input", () => {
	const items = storedInput([
		{ role: "assistant", content: "Hi" },
		{ role: "developer", content: [{ type: "text", text: "Be brief." }] },
	]);
	expect(items.map((item) => item.content)).toEqual([
		[{ type: "output_text", text: "Hi", annotations: [], logprobs: [] }],
		[{ type: "input_text", text: "Be brief." }],
	]);
});

test("what was passed back keeps its keys, and gets an id where it has none", () => {
	const search = { type: "file_search_call" as const, id: "fs_1", status: "failed", queries: ["x"], results: [{}] };
	const reasoning = { type: "reasoning" as const, summary: [{ type: "summary_text", text: "Hm." }] };
	expect(storedInput([search, reasoning])).toEqual([search, { ...reasoning, id: expect.stringMatching(/^rs_/) }]);
});

test("what was left out of what is passed back is filled in", () => {
	expect(storedInput([{ type: "file_search_call" }, { type: "reasoning" }])).toEqual([
		{ id: expect.stringMatching(/^fs_/), type: "file_search_call", status: "completed", queries: [], results: null },
		{ id: expect.stringMatching(/^rs_/), type: "reasoning", summary: [] },
	]);
});

test("an answer that is passed back keeps its citations", () => {
	const annotations = [{ type: "file_citation", index: 2, file_id: "file-1", filename: "a.txt" }];
	const [item] = storedInput([{ role: "assistant", content: [{ type: "output_text", text: "Hi", annotations }] }]);
	expect(item?.content).toEqual([{ type: "output_text", text: "Hi", annotations, logprobs: [] }]);
});

test("only messages are said to the model, and developers speak as the system", () => {
	const items = storedInput([
		{ role: "developer", content: "Be brief." },
		{ type: "file_search_call", id: "fs_1" },
		{
			role: "user",
			content: [
				{ type: "input_text", text: "a" },
				{ type: "input_text", text: "b" },
			],
		},
	]);
	expect(messagesOf(items)).toEqual([
		{ role: "system", content: "Be brief." },
		{ role: "user", content: "a\nb" },
	]);
});

describe("a conversation", () => {
	const earlier = [
		...storedInput("One?"),
		{ id: "fs_1", type: "file_search_call", results: [{ text: "a passage" }] },
		{ id: "msg_1", type: "message", role: "assistant", content: [{ type: "output_text", text: "One." }] },
	];

	test("is what was said before, and the question last", () => {
		expect(conversationOf(earlier, storedInput("Two?"), null)).toEqual({
			instructions: null,
			history: [
				{ role: "user", content: "One?" },
				{ role: "assistant", content: "One." },
			],
			question: "Two?",
		});
	});

	test("is led by the request's instructions, then by those among its messages", () => {
		const input = storedInput([
			{ role: "system", content: "Be kind." },
			{ role: "user", content: "?" },
		]);
		expect(conversationOf([], input, "Be brief.").instructions).toBe("Be brief.\n\nBe kind.");
		expect(conversationOf([], input, null).instructions).toBe("Be kind.");
	});

	test("leaves out an answer that was empty", () => {
		const silent = [...storedInput("One?"), { id: "m", type: "message", role: "assistant", content: [] }];
		expect(conversationOf(silent, storedInput("Two?"), null).history).toEqual([{ role: "user", content: "One?" }]);
	});

	test.each([
		["ends in an answer", [{ role: "assistant" as const, content: "Hi" }]],
		["is blank", [{ role: "user" as const, content: " \n" }]],
		["only instructs", [{ role: "system" as const, content: "Sing." }]],
		["passes back a search alone", [{ type: "file_search_call" as const }]],
	])("that %s asks nothing, and is refused", (_name, input) => {
		expect(() => conversationOf([], storedInput(input), null)).toThrow(/The last message of 'input' must be a user's/);
	});
});
