import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { type VerifierError, verifier } from "stream-json/utils/verifier.js";
import { messageOf } from "../../src/errors.ts";

/** Where JSON text goes wrong (1-based) and how, in words that follow "is not valid JSON: ". */
export type JsonProblem = { line: number; column: number; problem: string };

/**
 * Finds the first error of JSON text. JSON.parse says that there is one, but names no position for most of them.
 * `undefined` where the text is only invalid to JSON.parse.
 */
export async function findJsonProblem(
	chunks: Iterable<string> | AsyncIterable<string>,
): Promise<JsonProblem | undefined> {
	let length = 0;
	async function* measured() {
		for await (const chunk of chunks) {
			length += chunk.length;
			yield chunk;
		}
	}
	try {
		const check = verifier.asStream();
		check.resume();
		await pipeline(Readable.from(measured()), check);
		return undefined;
	} catch (error) {
		if (!isVerifierError(error)) throw error;
		const problem = inWords(messageOf(error));
		// What is missing at the end was never there, or never arrived; a reader of the file would look for a wrong character.
		const ends = error.offset === length && problem.startsWith("expected ");
		return { line: error.line, column: error.pos, problem: ends ? `${problem}, but the text ends here` : problem };
	}
}

function isVerifierError(error: unknown): error is VerifierError {
	return error instanceof Error && "line" in error && "pos" in error;
}

function inWords(message: string): string {
	const what = message.replace(/^ERROR.*?: Verifier (?:cannot parse input: |has )/, "");
	if (what === "escaped characters") return "a string holds a control character or an unknown escape";
	if (what === "expected a string value") return "a string is never closed";
	if (what === "expected ','") return "expected ',' or a closing bracket";
	if (what === "expected an object key") return "expected an object key in double quotes";
	if (what === "unexpected token '}'") return "expected an object key, found '}'";
	if (what === "unexpected token ']'") return "expected a value, found ']'";
	if (what === "unexpected characters") return "there is more text after the end of the value";
	return what.replace(
		/^expected a value$/,
		'expected a value (an object, array, "string", number, true, false or null)',
	);
}
