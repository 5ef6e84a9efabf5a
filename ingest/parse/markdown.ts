import { fromMarkdown } from "mdast-util-from-markdown";
import type { BlockKind, DocumentFacts, Location, Piece } from "../../src/types.ts";
import { batched } from "./batched.ts";
import { decode } from "./decode.ts";
import { markdownSections } from "./markdown-sections.ts";
import type { Parser, Source } from "./parser.ts";

/**
 * Markdown (CommonMark, and the tables of GitHub's). The canonical text is the file's own, markup included, so that
 * offsets agree with what the user wrote. Blocks are headings, paragraphs, code, tables, and a list's items one by
 * one; `headings` are the headings above a block. The title is the front matter's, else the first heading of level 1.
 */
export const parseMarkdown: Parser = (source) => batched(read(source));

async function* read(source: Source): AsyncGenerator<Piece, DocumentFacts> {
	const { chunks, warnings } = await decode(source);
	const outline = new Outline();
	let first = true;
	for await (const section of markdownSections(chunks)) {
		const front = first ? frontMatter(section) : "";
		first = false;
		if (front !== "") {
			outline.title = /^title:[ \t]*(["']?)(.*?)\1[ \t]*$/im.exec(front)?.[2] || undefined;
			yield { kind: "paragraph", text: front, location: {} };
		}
		yield* blocks(section.slice(front.length), outline);
		if (outline.title !== undefined) source.onKnown?.({ title: outline.title });
	}
	return outline.title === undefined ? { warnings } : { title: outline.title, warnings };
}

type Node = ReturnType<typeof fromMarkdown>["children"][number];

function* blocks(text: string, outline: Outline): Generator<Piece> {
	let end = 0;
	for (const node of fromMarkdown(text).children.flatMap(items)) {
		const from = node.position?.start.offset;
		const to = node.position?.end.offset;
		// A thematic break is a line of dashes: part of the gap.
		if (from === undefined || to === undefined || from < end || node.type === "thematicBreak") continue;
		if (from > end) yield { kind: "gap", text: text.slice(end, from) };
		const slice = text.slice(from, to);
		yield { kind: kindOf(node, slice), text: slice, location: outline.location(node) };
		end = to;
	}
	if (end < text.length) yield { kind: "gap", text: text.slice(end) };
}

/** A list stands for its items; everything else for itself. */
function items(node: Node): Node[] {
	return node.type === "list" ? node.children : [node];
}

function kindOf(node: Node, text: string): BlockKind {
	if (node.type === "heading" || node.type === "code") return node.type;
	// Without GitHub's extension a table is a paragraph whose second line is its rule: | --- | :-: |
	const isTable =
		node.type === "paragraph" && /^[^\n]*\|[^\n]*\n[ \t]*\|?[ \t]*:?-+:?[ \t]*(\|[ \t]*:?-*:?[ \t]*)*(\n|$)/.test(text);
	return isTable ? "table" : "paragraph";
}

/** The YAML between `---` lines at the very start, or "". */
function frontMatter(text: string): string {
	return /^---[ \t]*\n(?:[^\n]*\n){0,200}?(?:---|\.\.\.)[ \t]*(?=\n|$)/.exec(text)?.[0] ?? "";
}

/** Keeps the headings above the current place. */
class Outline {
	title: string | undefined;
	#open: { level: number; text: string }[] = [];

	/** The location of a node; a heading is under the headings of lower level, and above what follows. */
	location(node: Node): Location {
		if (node.type === "heading") this.#open = this.#open.filter(({ level }) => level < node.depth);
		const headings = this.#open.map(({ text }) => text);
		if (node.type === "heading") {
			const text = plainText(node).replace(/\s+/g, " ").trim();
			if (node.depth === 1) this.title ??= text || undefined;
			if (text !== "") this.#open.push({ level: node.depth, text });
		}
		return headings.length > 0 ? { headings } : {};
	}
}

function plainText(node: object): string {
	if ("value" in node && typeof node.value === "string") return node.value;
	if ("alt" in node && typeof node.alt === "string") return node.alt;
	return "children" in node && Array.isArray(node.children) ? node.children.map(plainText).join("") : "";
}
