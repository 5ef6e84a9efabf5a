import { expect, test } from "vitest";
import { referencedIds, storedInput } from "../../src/wire/input-items.ts";

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

test("a call of a function and its output keep their keys, get an id, and are done unless they say otherwise", () => {
	const call = { type: "function_call" as const, call_id: "call_1", name: "f", arguments: "{}" };
	const output = { type: "function_call_output" as const, call_id: "call_1", output: "42" };
	expect(storedInput([call, output, { ...call, id: "fc_mine", status: "incomplete" }])).toEqual([
		{ ...call, id: expect.stringMatching(/^fc_/), status: "completed" },
		{ ...output, id: expect.stringMatching(/^fco_/), status: "completed" },
		{ ...call, id: "fc_mine", status: "incomplete" },
	]);
});

test("a refusal that is passed back stays one", () => {
	const content = [{ type: "refusal" as const, refusal: "No." }];
	expect(storedInput([{ role: "assistant", content }])[0]?.content).toEqual(content);
});

test("a reference is the item it stands for, without what a search found", () => {
	const search = { id: "fs_1", type: "file_search_call", status: "completed", queries: ["x"], results: [{}] };
	const said = { id: "msg_1", type: "message", role: "assistant", content: [] };
	const known = new Map([search, said].map((item) => [item.id, item]));
	const refer = (id: string) => ({ type: "item_reference" as const, id });
	const input = [refer("msg_1"), refer("fs_1"), refer("msg_1")];
	expect(referencedIds(input)).toEqual(["msg_1", "fs_1"]);
	expect(storedInput(input.slice(0, 2), known)).toEqual([said, { ...search, results: null }]);
});
