import type { DocumentFacts, Piece } from "../../src/types.ts";
import { batched } from "./batched.ts";
import { decode } from "./decode.ts";
import { isGeoJson, walkGeoJson } from "./geojson-walk.ts";
import { invalidFile } from "./invalid-file.ts";
import { findJsonProblem } from "./json-error.ts";
import { type JsonNode, parseJson, valueNode } from "./json-node.ts";
import { openBytes, rootSpan, spanNode } from "./json-span.ts";
import { isTooDeep, walkJson } from "./json-walk.ts";
import type { Parser, Source } from "./parser.ts";

/** A larger file, and any container in it that is larger, is never held as a whole. */
const WHOLE = 8 * 1024 * 1024;

/** One JSON value as records; see `walkJson` for the blocks, `walkGeoJson` for those of GeoJSON. Numbers keep the digits that the file has. */
export const parseJsonFile: Parser = (source) => batched(readJson(source));

/** As `parseJsonFile`, piece by piece; values above `whole` bytes are read member by member. */
export async function* readJson(source: Source, whole = WHOLE): AsyncGenerator<Piece, DocumentFacts> {
	const { encoding, warnings, chunks } = await decode(source);
	try {
		if (source.bytes > whole && encoding.name === "utf-8") {
			const bytes = openBytes(source.path, source.bytes);
			try {
				const { start, end } = rootSpan(bytes, encoding.bom);
				if (start === end) throw invalidFile(source, "is empty");
				return facts(yield* walk(spanNode(bytes, start, end, whole), source), warnings);
			} finally {
				bytes.close();
			}
		}
		const text = (await Array.fromAsync(chunks)).join("");
		if (text.trim() === "") throw invalidFile(source, "is empty");
		return facts(yield* walk(parsed(text), source), warnings);
	} catch (error) {
		throw await explained(source, error);
	}
}

function walk(root: JsonNode, { onKnown }: Source): Generator<Piece, string | undefined> {
	const start = { pointer: "", ...(onKnown && { onLabel: (title: string) => onKnown({ title }) }) };
	return isGeoJson(root) ? walkGeoJson(root, start) : walkJson(root, start);
}

function facts(title: string | undefined, warnings: string[]): DocumentFacts {
	return title === undefined ? { warnings } : { title, warnings };
}

function parsed(text: string): JsonNode {
	return valueNode(parseJson(text));
}

async function explained(source: Source, error: unknown): Promise<unknown> {
	if (isTooDeep(error)) {
		return invalidFile(source, "is nested deeper than 500 levels; flatten it and upload it again");
	}
	if (!(error instanceof SyntaxError)) return error;
	const found = await findJsonProblem((await decode(source)).chunks);
	const problem = found ? `line ${found.line}, column ${found.column}: ${found.problem}` : error.message;
	const hint = found?.problem.startsWith("there is more text")
		? "; if the file holds one JSON value per line, name it .jsonl"
		: "";
	return invalidFile(source, `is not valid JSON: ${problem}${hint}`, error);
}
