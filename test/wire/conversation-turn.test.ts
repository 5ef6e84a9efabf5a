import { describe, expect, test } from "vitest";
import { conversationOf } from "../../src/wire/conversation-turn.ts";
import { storedInput } from "../../src/wire/input-items.ts";

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
			steps: [],
			searchedBefore: [],
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

describe("a turn whose newest items are outputs of functions", () => {
	const call = {
		id: "fc_1",
		type: "function_call",
		call_id: "call_1",
		name: "f",
		arguments: "{}",
		status: "completed",
	};
	const output = storedInput([{ type: "function_call_output", call_id: "call_1", output: "42" }]);
	const search = (...queries: string[]) => ({ id: `fs_${queries[0]}`, type: "file_search_call", queries });
	const before = [
		...storedInput("One?"),
		search("One?"),
		{ id: "msg_1", type: "message", role: "assistant", content: [{ type: "output_text", text: "One." }] },
		...storedInput("Two?"),
		search("Two?", "two three"),
		search("two three", "four"),
		call,
	];

	test("goes on with the question they were called for, and with what was searched for it", () => {
		expect(conversationOf(before, output, null)).toEqual({
			instructions: null,
			history: [
				{ role: "user", content: "One?" },
				{ role: "assistant", content: "One." },
			],
			question: "Two?",
			steps: [
				{ role: "assistant", content: "", toolCalls: [{ id: "call_1", name: "f", arguments: "{}" }] },
				{ role: "tool", callId: "call_1", content: "42" },
			],
			searchedBefore: ["Two?", "two three", "four"],
		});
	});

	test("is over where another question follows: the calls are history, and nothing is searched again", () => {
		const { history, question, steps, searchedBefore } = conversationOf(
			before,
			[...output, ...storedInput("Three?")],
			null,
		);
		expect([question, steps, searchedBefore]).toEqual(["Three?", [], []]);
		expect(history.map(({ role }) => role)).toEqual(["user", "assistant", "user", "assistant", "tool"]);
	});

	test("needs a question all the same", () => {
		expect(() => conversationOf([call], output, null)).toThrow(/The last message of 'input' must be a user's/);
	});
});
