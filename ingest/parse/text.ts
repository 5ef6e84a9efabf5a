import type { DocumentFacts, Location, Piece } from "../../src/types.ts";
import { batched } from "./batched.ts";
import { cut, LONGEST_BLOCK } from "./cut.ts";
import { decode } from "./decode.ts";
import type { Parser, Source } from "./parser.ts";

/**
 * Plain text. The canonical text is the decoded file itself, line ends as `\n`; each run of lines without a blank line
 * is a `paragraph`, what lies between is `gap`. A line such as `2.1  Scope` alone between blank lines is a `heading`
 * and stands in the `headings` of what follows it.
 */
export const parseText: Parser = (source) => batched(read(source));

async function* read(source: Source): AsyncGenerator<Piece, DocumentFacts> {
	const { chunks, warnings } = await decode(source);
	const paragraphs = new Paragraphs();
	let rest = "";
	for await (const chunk of chunks) {
		const lines = (rest + chunk).split("\n");
		rest = lines.pop() ?? "";
		for (const line of lines) yield* paragraphs.line(`${line}\n`);
		if (rest.length > 2 * LONGEST_BLOCK) {
			yield* paragraphs.line(rest);
			rest = "";
		}
	}
	if (rest !== "") yield* paragraphs.line(rest);
	yield* paragraphs.end();
	return { warnings };
}

/** Two spaces or a second level set a section title apart from a list's `1. item`; a sentence's end is no title. */
const SECTION = /^(?:(\d+)\.[ \t]{2,}|(\d+(?:\.\d+)+)\.?[ \t]+)(\p{Lu}[^\n]{0,78}[^\n.,;:])$/u;

/** Sorts lines into paragraphs, headings and gaps, and never loses a character. */
class Paragraphs {
	#paragraph = "";
	#gap = "";
	#whole = true;
	#headings: { level: number; text: string }[] = [];

	*line(line: string): Generator<Piece> {
		const text = line.replace(/^[\f\v]+/, "");
		if (text.length < line.length || text.trim() === "") yield* this.#flush();
		if (text.trim() === "") {
			this.#gap += line;
			if (this.#gap.length > LONGEST_BLOCK) yield* this.#flushGap();
			return;
		}
		this.#gap += line.slice(0, line.length - text.length);
		yield* this.#flushGap();
		this.#paragraph += text;
		while (this.#paragraph.length > LONGEST_BLOCK) {
			const { end, next } = cut(this.#paragraph, LONGEST_BLOCK);
			yield this.#block(this.#paragraph.slice(0, end));
			this.#gap = this.#paragraph.slice(end, next);
			yield* this.#flushGap();
			this.#paragraph = this.#paragraph.slice(next);
			this.#whole = false;
		}
	}

	*end(): Generator<Piece> {
		yield* this.#flush();
		yield* this.#flushGap();
	}

	*#flush(): Generator<Piece> {
		if (this.#paragraph === "") return;
		const text = this.#paragraph.trimEnd();
		const title = this.#whole ? SECTION.exec(text) : null;
		if (title) {
			const level = (title[1] ?? title[2] ?? "").split(".").length;
			this.#headings = this.#headings.filter((heading) => heading.level < level);
			yield this.#block(text, "heading");
			this.#headings.push({ level, text: text.replace(/\s+/g, " ") });
		} else if (text !== "") {
			yield this.#block(text);
		}
		this.#gap = this.#paragraph.slice(text.length);
		this.#paragraph = "";
		this.#whole = true;
	}

	*#flushGap(): Generator<Piece> {
		if (this.#gap !== "") yield { kind: "gap", text: this.#gap };
		this.#gap = "";
	}

	#block(text: string, kind: "paragraph" | "heading" = "paragraph"): Piece {
		const location: Location = {};
		if (this.#headings.length > 0) location.headings = this.#headings.map((heading) => heading.text);
		return { kind, text, location };
	}
}
