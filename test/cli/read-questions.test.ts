import { expect, test } from "vitest";
import { parseQuestions, readQuestions } from "../../src/cli/read-questions.ts";

const FILES = new Map([
	["a.md", ["file-a"]],
	["docs/a.md", ["file-a"]],
	["twice.md", ["file-b", "file-c"]],
]);
const parse = (...lines: unknown[]) =>
	parseQuestions(
		lines.map((line) => (typeof line === "string" ? line : JSON.stringify(line))).join("\n"),
		"q.jsonl",
		FILES,
	);
const asks = (evidence: object) => ({ question: "Who?", evidence: [evidence] });

test.each([
	[
		{ file: "a.md", quote: "a heron" },
		{ file_id: "file-a", quote: "a heron" },
	],
	[
		{ file: "docs/a.md", page: 3 },
		{ file_id: "file-a", page: 3 },
	],
	[
		{ file_id: "file-z", row: 0 },
		{ file_id: "file-z", row: 0 },
	],
	[
		{ file_id: "file-b", json_pointer: "" },
		{ file_id: "file-b", json_pointer: "" },
	],
])("evidence %j is %j to the API", (written, pointer) => {
	expect(parse(asks(written))).toEqual([{ question: "Who?", evidence: [pointer] }]);
});

test("empty lines, Windows' line ends and a byte order mark say nothing", () => {
	const line = JSON.stringify({ ...asks({ file: "a.md", page: 1 }), answer: "Ada" });
	const questions = parseQuestions(`\uFEFF${line}\r\n\r\n${line}\n`, "q.jsonl", FILES);
	expect(questions.map(({ answer }) => answer)).toEqual(["Ada", "Ada"]);
});

test.each([
	['{"question": "Who?"', /^q\.jsonl:2: .*JSON/],
	['["Who?"]', /^q\.jsonl:2: .*expected object/],
	[{ evidence: [{ file: "a.md", page: 1 }] }, /^q\.jsonl:2: question: /],
	[{ question: "Who?", evidence: [] }, /^q\.jsonl:2: evidence: /],
	[{ ...asks({ file: "a.md", page: 1 }), id: 7 }, /^q\.jsonl:2: .*"id"/],
	[asks({ file: "a.md", page: 0 }), /^q\.jsonl:2: evidence\[0\]\.page: /],
	[asks({ page: 1 }), /^q\.jsonl:2: evidence\[0\]: needs either file or file_id$/],
	[asks({ file: "a.md", file_id: "file-a", page: 1 }), /needs either file or file_id$/],
	[asks({ file: "a.md" }), /needs exactly one of quote, page, row, json_pointer$/],
	[asks({ file: "a.md", page: 1, row: 2 }), /needs exactly one of quote, page, row, json_pointer$/],
	[asks({ file: "b.md", page: 1 }), /^q\.jsonl:2: the vector store has no file 'b\.md'$/],
	[
		asks({ file: "twice.md", page: 1 }),
		/^q\.jsonl:2: .* 2 files 'twice\.md': say which by file_id \(file-b, file-c\)$/,
	],
])("line %j is refused by file and line", (line, message) => {
	expect(() => parse(asks({ file: "a.md", page: 1 }), line)).toThrow(message);
});

test("ten mistakes are told at once, and how many more there are", () => {
	const told = (() => {
		try {
			parse(...Array.from({ length: 12 }, () => "{"));
		} catch (error) {
			return (error as Error).message.split("\n");
		}
	})();
	expect(told).toHaveLength(11);
	expect(told?.[9]).toMatch(/^q\.jsonl:10: /);
	expect(told?.[10]).toBe("and 2 lines more");
});

test("a file without questions, or that is not there, is an error that names it", async () => {
	expect(() => parse("", "  ")).toThrow("q.jsonl holds no question");
	await expect(readQuestions("/nowhere/q.jsonl", FILES)).rejects.toThrow(/^\/nowhere\/q\.jsonl cannot be read: /);
});
