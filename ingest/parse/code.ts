import { extname } from "node:path";
import type { DocumentFacts, Piece } from "../../src/types.ts";
import { batched } from "./batched.ts";
import { symbolOf } from "./code-symbols.ts";
import { cut, LONGEST_BLOCK } from "./cut.ts";
import { decode } from "./decode.ts";
import type { Parser, Source } from "./parser.ts";

/**
 * Source code and configuration. The canonical text is the decoded file itself; it is divided into `code` blocks at
 * the blank lines before a line at the left margin, so a top-level definition stays with its comment and its body.
 * `headings` is the name of what a block defines, where that is evident.
 */
export const parseCode: Parser = (source) => batched(read(source));

async function* read(source: Source): AsyncGenerator<Piece, DocumentFacts> {
	const { chunks, warnings } = await decode(source);
	const definitions = new Definitions(extname(source.filename).slice(1).toLowerCase());
	let rest = "";
	for await (const chunk of chunks) {
		const lines = (rest + chunk).split("\n");
		rest = lines.pop() ?? "";
		for (const line of lines) yield* definitions.line(`${line}\n`);
		// Minified code is one line.
		if (rest.length > 2 * LONGEST_BLOCK) {
			yield* definitions.line(rest);
			rest = "";
		}
	}
	if (rest !== "") yield* definitions.line(rest);
	yield* definitions.end();
	return { warnings };
}

class Definitions {
	readonly #extension: string;
	#block = "";
	#blank = "";
	#symbol: string | undefined;

	constructor(extension: string) {
		this.#extension = extension;
	}

	*line(line: string): Generator<Piece> {
		if (line.trim() === "") {
			this.#blank += line;
			if (this.#blank.length > LONGEST_BLOCK) yield* this.#flush();
			return;
		}
		const starts = /^[^\s)\]}]/.test(line);
		if (this.#blank !== "" && starts) yield* this.#flush();
		this.#block += this.#blank + line;
		this.#blank = "";
		if (starts) this.#symbol ??= symbolOf(line, this.#extension);
		while (this.#block.length > LONGEST_BLOCK) {
			const { end, next } = cut(this.#block, LONGEST_BLOCK);
			yield this.#code(this.#block.slice(0, end));
			if (next > end) yield { kind: "gap", text: this.#block.slice(end, next) };
			this.#block = this.#block.slice(next);
		}
	}

	*end(): Generator<Piece> {
		yield* this.#flush();
	}

	*#flush(): Generator<Piece> {
		const text = this.#block.trimEnd();
		if (text !== "") yield this.#code(text);
		const gap = this.#block.slice(text.length) + this.#blank;
		if (gap !== "") yield { kind: "gap", text: gap };
		this.#block = "";
		this.#blank = "";
		this.#symbol = undefined;
	}

	#code(text: string): Piece {
		return { kind: "code", text, location: this.#symbol === undefined ? {} : { headings: [this.#symbol] } };
	}
}
