import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { chunk } from "../../../ingest/chunk/registry.ts";
import type { ChunkingStrategy } from "../../../src/chunking-strategy.ts";
import { locate } from "../../../src/location.ts";
import type { Embedder } from "../../../src/models/embedder.ts";
import { countTokens } from "../../../src/models/tokens.ts";
import type { ChunkDraft } from "../../../src/types.ts";
import { embed } from "../../support/fake-openai.ts";
import { randomDocument, type TestDocument, textBlocks } from "./random-document.ts";

/** Each law sees this many documents; 3,000 of each held when this was written. */
const RUNS = 60;

const embedder: Embedder = {
	model: "hashed",
	maxTexts: 10,
	maxTokens: 1000,
	embed: async (texts) => texts.map(embed),
	withModel: () => embedder,
};
const SOURCE = { filename: "report.txt", embedder };

const maxTokens = fc.oneof(fc.constant(50), fc.integer({ min: 50, max: 400 }));
const anyStrategy: fc.Arbitrary<ChunkingStrategy> = fc.oneof(
	fc.constant({ type: "auto" } as const),
	fc
		.integer({ min: 100, max: 400 })
		.chain((size) => fc.integer({ min: 0, max: size >> 1 }).map((overlap) => [size, overlap] as const))
		.map(([size, overlap]) => ({
			type: "static" as const,
			static: { max_chunk_size_tokens: size, chunk_overlap_tokens: overlap },
		})),
	fc
		.tuple(maxTokens, fc.option(fc.integer({ min: 1, max: 8 }), { nil: undefined }))
		.map(([max_tokens, max_rows]) => ({ type: "rows" as const, rows: { max_tokens, max_rows } })),
	maxTokens.map((max_tokens) => ({ type: "json" as const, json: { max_tokens } })),
	maxTokens.map((max_tokens) => ({ type: "page" as const, page: { max_tokens } })),
	maxTokens.chain((max_tokens) =>
		fc.integer({ min: 0, max: max_tokens >> 1 }).map((overlap_tokens) => ({
			type: "structure" as const,
			structure: { max_tokens, overlap_tokens },
		})),
	),
	maxTokens.chain((max_tokens) =>
		fc.integer({ min: 0, max: max_tokens >> 1 }).map((overlap_tokens) => ({
			type: "sentence" as const,
			sentence: { max_tokens, overlap_tokens },
		})),
	),
	maxTokens.map((max_tokens) => ({ type: "semantic" as const, semantic: { max_tokens, breakpoint_percentile: 90 } })),
);

describe("any document, cut by any strategy", () => {
	/** One law over random documents and settings. */
	function holds(
		law: (document: TestDocument, chunks: ChunkDraft[], strategy: ChunkingStrategy) => void | Promise<void>,
	) {
		return fc.assert(
			fc.asyncProperty(randomDocument, anyStrategy, async (document, strategy) => {
				await law(document, await Array.fromAsync(chunk(textBlocks(document), SOURCE, strategy)), strategy);
			}),
			{ numRuns: RUNS },
		);
	}

	test("a chunk's text is the document's [start, end)", () =>
		holds((document, chunks) => {
			for (const { start, end, text } of chunks) {
				expect(text).not.toBe("");
				expect(document.text.slice(start, end)).toBe(text);
			}
		}));

	test("chunks are in order, none within another", () =>
		holds((_document, chunks) => {
			for (const [place, { start, end }] of chunks.entries()) {
				const next = chunks[place + 1];
				if (next) expect([next.start > start, next.end > end]).toEqual([true, true]);
			}
		}));

	test("no word of any block is left out", () =>
		holds((document, chunks) => {
			const left = document.blocks.flatMap((block) => {
				let text = block.text;
				for (const { start, end } of chunks) {
					const [from, to] = [Math.max(start, block.start) - block.start, Math.min(end, block.end) - block.start];
					if (to > from) text = text.slice(0, from) + " ".repeat(to - from) + text.slice(to);
				}
				return text.trim() === "" ? [] : [text];
			});
			expect(left).toEqual([]);
		}));

	test("no chunk has more tokens than its maximum, and it says how many", () =>
		holds((_document, chunks, strategy) => {
			for (const { text, tokens } of chunks) {
				expect(tokens).toBe(countTokens(text));
				expect(tokens).toBeLessThanOrEqual(maxTokensOf(strategy));
			}
		}));

	test("a chunk's location is that of the blocks it touches", () =>
		holds((document, chunks) => {
			for (const { start, end, location } of chunks) expect(location).toEqual(locate(document.blocks, start, end));
		}));

	test("no character is cut in two", () =>
		holds((document, chunks) => {
			expect(document.text.isWellFormed()).toBe(true);
			for (const { text } of chunks) expect(text.isWellFormed()).toBe(true);
		}));

	test("neighbours share at most the overlap asked for, and nothing where none is", () =>
		holds((document, chunks, strategy) => {
			const most = overlapOf(strategy);
			for (const [place, { end }] of chunks.entries()) {
				const next = chunks[place + 1];
				const shared = next && next.start < end ? countTokens(document.text.slice(next.start, end)) : 0;
				expect(shared).toBeLessThanOrEqual(most);
			}
		}));

	test("`page` never crosses a page, `json` never a top-level element, `rows` holds no more than max_rows", () =>
		holds((document, chunks, strategy) => {
			for (const { start, end, location } of chunks) {
				const touched = document.blocks.filter((block) => block.start < end && block.end > start);
				if (strategy.type === "page") expect(location.page_start).toBe(location.page_end);
				if (strategy.type === "json") {
					const elements = new Set(touched.map((block) => block.location.json_pointer?.split("/")[1]));
					expect(elements.size).toBe(1);
				}
				if (strategy.type === "rows" && strategy.rows.max_rows !== undefined) {
					expect(touched.length).toBeLessThanOrEqual(strategy.rows.max_rows);
				}
			}
		}));

	test("how the document is stored in parts changes no chunk", () =>
		holds(async (document, chunks, strategy) => {
			const whole = {
				...document,
				parts: [
					{
						ordinal: 0,
						start: 0,
						end: document.text.length,
						text: document.text,
						blocks: document.parts.flatMap((part) => part.blocks),
					},
				],
			};
			expect(await Array.fromAsync(chunk(textBlocks(whole), SOURCE, strategy))).toEqual(chunks);
		}));
});

function maxTokensOf(strategy: ChunkingStrategy): number {
	switch (strategy.type) {
		case "auto":
			// A row or record; all else has 128 at the most.
			return 256;
		case "static":
			return strategy.static.max_chunk_size_tokens;
		case "structure":
			return strategy.structure.max_tokens;
		case "sentence":
			return strategy.sentence.max_tokens;
		case "semantic":
			return strategy.semantic.max_tokens;
		case "rows":
			return strategy.rows.max_tokens;
		case "json":
			return strategy.json.max_tokens;
		case "page":
			return strategy.page.max_tokens;
	}
}

function overlapOf(strategy: ChunkingStrategy): number {
	if (strategy.type === "static") return strategy.static.chunk_overlap_tokens;
	if (strategy.type === "structure") return strategy.structure.overlap_tokens;
	return strategy.type === "sentence" ? strategy.sentence.overlap_tokens : 0;
}
