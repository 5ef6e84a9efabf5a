import fc from "fast-check";
import { blocksOf, type TextBlock } from "../../../ingest/chunk/text-block.ts";
import { countTokens } from "../../../src/models/tokens.ts";
import type { DocumentPart } from "../../../src/store/documents.ts";
import type { Block, Location, Piece } from "../../../src/types.ts";

/** A document as parsers leave it: its canonical text, its blocks, and the parts it is stored in. */
export type TestDocument = { text: string; blocks: Block[]; parts: DocumentPart[] };

/** Lays pieces end to end; a part ends before each piece that `cuts` names. */
export function documentOf(pieces: Piece[], cuts: Set<number> = new Set()): TestDocument {
	const blocks: Block[] = [];
	const parts: DocumentPart[] = [{ ordinal: 0, start: 0, end: 0, text: "", blocks: [] }];
	let text = "";
	for (const [place, piece] of pieces.entries()) {
		if (cuts.has(place) && parts.at(-1)?.text) {
			parts.push({ ordinal: parts.length, start: text.length, end: text.length, text: "", blocks: [] });
		}
		const part = parts.at(-1) as DocumentPart;
		const start = text.length;
		text += piece.text;
		part.text += piece.text;
		part.end = text.length;
		if (piece.kind === "gap") continue;
		const { kind, location } = piece;
		blocks.push({ kind, start, end: text.length, text: piece.text, location });
		part.blocks.push({ kind, start, end: text.length, location, tokens: countTokens(piece.text) });
	}
	return { text, blocks, parts };
}

/** Blocks one after the other with a blank line between them. */
export function documentOfBlocks(blocks: { kind: Block["kind"]; text: string; location: Location }[]): TestDocument {
	return documentOf(blocks.flatMap((block, place) => (place === 0 ? [block] : [{ kind: "gap", text: "\n\n" }, block])));
}

export function textBlocks({ parts }: TestDocument): AsyncGenerator<TextBlock> {
	return blocksOf(eachOf(parts));
}

async function* eachOf<T>(items: T[]): AsyncGenerator<T> {
	yield* items;
}

const word = fc.oneof(
	{
		weight: 8,
		arbitrary: fc.constantFrom("the", "dividend", "of", "2018", "net", "Net", "sales", "1,234.56", "€", "e.g."),
	},
	{ weight: 2, arbitrary: fc.constantFrom("銀行は今日", "기업 실적", "отчёт", "नमस्ते", "👩‍👩‍👧‍👦", "🙂", "𝒳𝒴") },
	{ weight: 1, arbitrary: fc.integer({ min: 30, max: 400 }).map((n) => "ab🙂1x".repeat(n).slice(0, n).toWellFormed()) },
	{
		weight: 1,
		arbitrary: fc.constantFrom("字", "🙂", "−").chain((c) => fc.integer({ min: 1, max: 300 }).map((n) => c.repeat(n))),
	},
);
const between = fc.constantFrom(" ", " ", " ", ". ", ", ", "\n", "! ", " \t", "\n\n");
const words = (maxLength: number) =>
	fc.tuple(fc.array(fc.tuple(word, between), { minLength: 1, maxLength }), fc.boolean()).map(([pairs, trims]) => {
		const text = pairs.map(([w, space]) => w + space).join("");
		return trims ? text.trimEnd() : text;
	});

const piece = fc.oneof(
	{ weight: 3, arbitrary: words(120).map((text) => ({ kind: "paragraph" as const, text })) },
	{ weight: 2, arbitrary: words(12).map((text) => ({ kind: "row" as const, text })) },
	{ weight: 2, arbitrary: words(40).map((text) => ({ kind: "record" as const, text })) },
	{ weight: 1, arbitrary: words(8).map((text) => ({ kind: "heading" as const, text })) },
	{ weight: 1, arbitrary: words(60).map((text) => ({ kind: "table" as const, text })) },
	{ weight: 1, arbitrary: words(60).map((text) => ({ kind: "code" as const, text })) },
	{
		weight: 1,
		arbitrary: fc.constantFrom(".", "x", "\u00a0", " a ", "🙂").map((text) => ({ kind: "paragraph" as const, text })),
	},
);
const gap = fc.constantFrom("", "\n", "\n\n", "\n\n\n", " | --- | --- | \n", "\n}, {\n");

/** Documents of all kinds of blocks, with pages and elements that go up, cut into parts anywhere between pieces. */
export const randomDocument: fc.Arbitrary<TestDocument> = fc
	.record({
		pieces: fc.array(fc.record({ piece, gap, turn: fc.boolean() }), { maxLength: 25 }),
		cuts: fc.uniqueArray(fc.nat(50), { maxLength: 6 }),
	})
	.map(({ pieces, cuts }) => {
		let page = 1;
		let row = 0;
		let element = 0;
		const laid = pieces.flatMap(({ piece, gap, turn }): Piece[] => {
			if (turn) {
				page++;
				element++;
			}
			const location: Location = { page_start: page, page_end: page, headings: ["Report", `Part ${page >> 1}`] };
			if (piece.kind === "row") {
				row++;
				location.row_start = row;
				location.row_end = row;
			}
			if (piece.kind === "record") location.json_pointer = `/${element}/items/${row}`;
			const block: Piece = { ...piece, location };
			return gap === "" ? [block] : [{ kind: "gap", text: gap }, block];
		});
		return documentOf(laid, new Set(cuts));
	});
