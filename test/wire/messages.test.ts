import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { StoredItem } from "../../src/store/responses.ts";
import { storedInput } from "../../src/wire/input-items.ts";
import { messagesOf, requirePairs } from "../../src/wire/messages.ts";

const call = (call_id: string, fields = {}): StoredItem => ({
	...{ id: `fc_${call_id}`, type: "function_call", call_id, name: "f", arguments: "{}", status: "completed" },
	...fields,
});
const output = (call_id: string, text: unknown = "42"): StoredItem => ({
	...{ id: `fco_${call_id}`, type: "function_call_output", call_id, output: text, status: "completed" },
});
const said = (role: "user" | "assistant", content: string) => storedInput([{ role, content }])[0] as StoredItem;
const search: StoredItem = { id: "fs_1", type: "file_search_call", queries: [] };

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

describe("calls of functions", () => {
	const called = (...ids: string[]) => ids.map((id) => ({ id, name: "f", arguments: "{}" }));
	const gave = (callId: string, content = "42") => ({ role: "tool", callId, content });

	test("that follow one another are one message with the text before them, and each output stands behind them", () => {
		const items = [said("user", "?"), said("assistant", "Let me see."), call("a"), search, call("b")];
		expect(messagesOf([...items, output("b"), output("a", [{ type: "input_text", text: "41" }])])).toEqual([
			{ role: "user", content: "?" },
			{ role: "assistant", content: "Let me see.", toolCalls: called("a", "b") },
			gave("a", "41"),
			gave("b"),
		]);
	});

	test("made one after the other are a message each", () => {
		expect(messagesOf([call("a"), output("a"), call("b"), output("b")])).toEqual([
			{ role: "assistant", content: "", toolCalls: called("a") },
			gave("a"),
			{ role: "assistant", content: "", toolCalls: called("b") },
			gave("b"),
		]);
	});

	test("are answered by the output behind them where an id is used in every turn", () => {
		const items = [call("0"), output("0", "1"), said("assistant", "1."), call("0"), output("0", "2")];
		const outputs = messagesOf(items).flatMap((message) => (message.role === "tool" ? [message.content] : []));
		expect(outputs).toEqual(["1", "2"]);
	});

	test("that were cut short are not repeated, and need no output", () => {
		const items = [said("user", "?"), call("a", { status: "incomplete", arguments: '{"x' })];
		expect(messagesOf(items)).toEqual([{ role: "user", content: "?" }]);
		expect(() => requirePairs(items, [])).not.toThrow();
	});

	test("without an output are refused, wherever they were made", () => {
		const refusal = expect.objectContaining({
			status: 400,
			param: "input",
			message: "No tool output found for function call b.",
		});
		expect(() => requirePairs([call("a"), call("b")], [output("a")])).toThrow(refusal);
		expect(() => requirePairs([], [call("b"), said("user", "And?")])).toThrow(refusal);
	});

	test("that are not there leave an output alone: refused in the input, left out where it is older", () => {
		expect(() => requirePairs([call("a")], [output("a"), output("c")])).toThrow(
			"No tool call found for function call output with call_id c.",
		);
		expect(() => requirePairs([call("a")], [output("a"), output("a")])).toThrow(/No tool call found/);
		expect(() => requirePairs([output("gone")], [said("user", "?")])).not.toThrow();
		expect(messagesOf([output("gone"), said("user", "?")])).toEqual([{ role: "user", content: "?" }]);
	});
});

test("however items are ordered, each call's outputs stand right behind the message that calls", () => {
	const item = fc.oneof(
		fc.constantFrom("a", "b", "c").map((id) => call(id)),
		fc.constantFrom("a", "b", "c").map((id) => output(id)),
		fc.constantFrom(said("user", "?"), said("assistant", "!"), search),
	);
	fc.assert(
		fc.property(fc.array(item, { maxLength: 14 }), (items) => {
			const messages = messagesOf(structuredClone(items));
			let due: string[] = [];
			for (const message of messages) {
				if (message.role === "tool") expect(due.shift()).toBe(message.callId);
				else expect(due).toEqual([]);
				if (message.role === "assistant") due = (message.toolCalls ?? []).map(({ id }) => id);
			}
			expect(due).toEqual([]);
		}),
	);
});
