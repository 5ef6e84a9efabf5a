import type { DocumentFacts, Piece } from "../../src/types.ts";
import { batched } from "./batched.ts";
import { decode } from "./decode.ts";
import { invalidFile } from "./invalid-file.ts";
import { findJsonProblem } from "./json-error.ts";
import { parseJson, valueNode } from "./json-node.ts";
import { isTooDeep, walkJson } from "./json-walk.ts";
import type { Parser, Source } from "./parser.ts";

/**
 * One JSON value per line (JSON Lines, NDJSON), each a record as in a JSON file. A location's pointer begins with
 * the record's index, as if the lines were one array (`/0` is the first record), and `row_start` and `row_end` are its
 * number from 1. Blank lines are not counted.
 */
export const parseJsonLines: Parser = (source) => batched(read(source));

async function* read(source: Source): AsyncGenerator<Piece, DocumentFacts> {
	const { chunks, warnings } = await decode(source);
	let row = 0;
	let number = 0;
	for await (const lines of linesOf(chunks)) {
		for (const line of lines) {
			number++;
			if (line.trim() === "") continue;
			try {
				const node = valueNode(parseJson(line));
				row++;
				yield* walkJson(node, { pointer: `/${row - 1}`, location: { row_start: row, row_end: row } });
			} catch (error) {
				throw await explained(source, line, number, error);
			}
		}
	}
	if (row === 0) throw invalidFile(source, "is empty: it holds no records");
	return { rows: row, warnings };
}

/** The lines of a text, as many at a time as a chunk completes. */
async function* linesOf(chunks: AsyncGenerator<string>): AsyncGenerator<string[]> {
	// A list, joined once: appending to one string would copy a line of many chunks again with each of them.
	let parts: string[] = [];
	for await (const chunk of chunks) {
		const [head = "", ...lines] = chunk.split("\n");
		parts.push(head);
		if (lines.length === 0) continue;
		const rest = lines.pop() ?? "";
		yield [parts.join(""), ...lines];
		parts = [rest];
	}
	yield [parts.join("")];
}

async function explained(source: Source, line: string, number: number, error: unknown): Promise<unknown> {
	if (isTooDeep(error)) {
		return invalidFile(source, `is nested deeper than 500 levels in line ${number}; flatten it and upload it again`);
	}
	if (!(error instanceof SyntaxError)) return error;
	const found = await findJsonProblem([line]);
	const problem = found ? `column ${found.column}: ${found.problem}` : error.message;
	return invalidFile(
		source,
		`is not valid JSON in line ${number}, ${problem}; every line must be one JSON value`,
		error,
	);
}
