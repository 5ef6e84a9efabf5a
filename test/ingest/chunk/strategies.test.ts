import { describe, expect, test } from "vitest";
import { chunk } from "../../../ingest/chunk/registry.ts";
import type { ChunkingStrategy } from "../../../src/chunking-strategy.ts";
import { countTokens } from "../../../src/models/tokens.ts";
import type { Block, Location } from "../../../src/types.ts";
import { documentOf, documentOfBlocks, type TestDocument, textBlocks } from "./random-document.ts";

function cut(document: TestDocument, strategy: ChunkingStrategy) {
	return Array.fromAsync(chunk(textBlocks(document), { filename: "f.txt" }, strategy));
}

function rowsOf(count: number, text: (row: number) => string): TestDocument {
	return documentOf(
		Array.from({ length: count }, (_, i) => ({
			kind: "row" as const,
			text: `${text(i + 1)}\n`,
			location: { row_start: i + 1, row_end: i + 1 },
		})),
	);
}

const prose = (text: string, location: Location = {}): { kind: Block["kind"]; text: string; location: Location } => ({
	kind: "paragraph",
	text,
	location,
});
const sentence = (n: number) => `Sentence number ${n} says that the answer is ${n * 7}.`;

describe("rows", () => {
	test("twenty equal lines in sixes are rows 1–6, 7–12, 13–18 and 19–20", async () => {
		const document = rowsOf(20, () => "same,line");
		const chunks = await cut(document, { type: "rows", rows: { max_rows: 6, max_tokens: 400 } });
		expect(chunks.map(({ location }) => [location.row_start, location.row_end])).toEqual([
			[1, 6],
			[7, 12],
			[13, 18],
			[19, 20],
		]);
		expect(chunks.map(({ start, end }) => [start, end])).toEqual([
			[0, 60],
			[60, 120],
			[120, 180],
			[180, 200],
		]);
	});

	test("as many rows as fit where no number is set", async () => {
		const document = rowsOf(100, (row) => `${row},some value,another value`);
		const chunks = await cut(document, { type: "rows", rows: { max_tokens: 100 } });
		for (const [place, { tokens }] of chunks.entries()) {
			// One more row would have been too much.
			if (place < chunks.length - 1) expect(tokens).toBeGreaterThan(85);
			expect(tokens).toBeLessThanOrEqual(100);
		}
	});

	test("the later parts of a row that is too large say how it begins", async () => {
		const cell = (name: string) => `${name}: ${"some words of this cell ".repeat(28)}`;
		const rows = rowsOf(2, (row) => `Town: Town ${row}; Year: ${2000 + row}; ${cell("Past")}; ${cell("Present")}`);
		const chunks = await cut(rows, { type: "auto" });
		expect(chunks.map(({ context }) => context)).toEqual([
			...["f.txt", "f.txt › Town: Town 1; Year: 2001", "f.txt › Town: Town 1; Year: 2001"],
			...["f.txt", "f.txt › Town: Town 2; Year: 2002", "f.txt › Town: Town 2; Year: 2002"],
		]);
	});

	test("of a first cell that is too long itself the beginning is said", async () => {
		const rows = rowsOf(1, () => `Text: ${"a long story without an end ".repeat(60)}`);
		const [first, ...later] = await cut(rows, { type: "auto" });
		expect(first?.context).toBe("f.txt");
		expect(later.length).toBeGreaterThan(0);
		for (const { context } of later) expect(context).toMatch(/^f\.txt › Text: a long story .{60,90}$/);
	});

	test.each([
		["rows", { type: "rows", rows: { max_tokens: 400 } }],
		["auto", { type: "auto" }],
	] satisfies [string, ChunkingStrategy][])("%s never takes rows of two sheets into one chunk", async (_, strategy) => {
		const row = (sheet: string, number: number) => ({
			kind: "row" as const,
			text: `${sheet} ${number}\n`,
			location: { sheet, row_start: number, row_end: number },
		});
		const document = documentOf([row("Q1", 1), row("Q1", 2), row("Q2", 1)]);
		expect((await cut(document, strategy)).map(({ location }) => location)).toEqual([
			{ sheet: "Q1", row_start: 1, row_end: 2 },
			{ sheet: "Q2", row_start: 1, row_end: 1 },
		]);
	});

	test("a row that is too large alone is cut, and every part says which row it is", async () => {
		const document = rowsOf(3, (row) => (row === 2 ? "word ".repeat(200).trim() : "short"));
		const chunks = await cut(document, { type: "rows", rows: { max_rows: 1, max_tokens: 60 } });
		const parts = chunks.filter(({ location }) => location.row_start === 2 && location.row_end === 2);
		expect(parts.length).toBeGreaterThan(2);
		expect(parts.map(({ text }) => text.trim()).join(" ")).toBe("word ".repeat(200).trim());
	});
});

describe("static", () => {
	const paragraph = Array.from({ length: 60 }, (_, i) => sentence(i)).join(" ");
	const settings = (size: number, overlap: number): ChunkingStrategy => ({
		type: "static",
		static: { max_chunk_size_tokens: size, chunk_overlap_tokens: overlap },
	});

	test("every chunk begins with the last sentences of the one before, within the overlap", async () => {
		const chunks = await cut(documentOfBlocks([prose(paragraph)]), settings(100, 50));
		expect(chunks.length).toBeGreaterThan(5);
		for (const [place, { start }] of chunks.entries()) {
			const before = chunks[place - 1];
			if (!before) continue;
			const shared = paragraph.slice(start, before.end);
			expect(shared).toMatch(/^Sentence .*\.$/s);
			// At least half of what was asked for: two sentences here.
			expect(countTokens(shared)).toBeGreaterThanOrEqual(24);
		}
	});

	test("without overlap chunks meet and share nothing", async () => {
		const chunks = await cut(documentOfBlocks([prose(paragraph)]), settings(100, 0));
		expect(chunks.map(({ text }) => text).join(" ")).toBe(paragraph);
	});

	test("chunks end where sentences do", async () => {
		const chunks = await cut(documentOfBlocks([prose(paragraph)]), settings(100, 20));
		for (const { text } of chunks) expect(text).toMatch(/^Sentence .*\.$/s);
	});

	test("chunks go on across pages and headings, and say from where to where", async () => {
		const document = documentOfBlocks([
			prose(sentence(1), { page_start: 1, page_end: 1, headings: ["A", "B"] }),
			prose(sentence(2), { page_start: 2, page_end: 2, headings: ["A", "C"] }),
		]);
		const chunks = await cut(document, settings(800, 400));
		expect(chunks.map(({ location }) => location)).toEqual([{ page_start: 1, page_end: 2, headings: ["A"] }]);
	});
});

describe("auto", () => {
	test("a heading begins a chunk and goes with what is below it", async () => {
		const document = documentOfBlocks([
			prose("Above."),
			{ kind: "heading", text: "Part", location: { headings: ["Part"] } },
			{ kind: "heading", text: "Section", location: { headings: ["Part", "Section"] } },
			prose("Below.", { headings: ["Part", "Section"] }),
		]);
		expect((await cut(document, { type: "auto" })).map(({ text }) => text)).toEqual([
			"Above.",
			"Part\n\nSection\n\nBelow.",
		]);
	});

	test("pages and kinds of blocks are kept apart", async () => {
		const document = documentOfBlocks([
			prose("One.", { page_start: 1, page_end: 1 }),
			prose("Two.", { page_start: 2, page_end: 2 }),
			{ kind: "table", text: "| a | b |", location: { page_start: 2, page_end: 2 } },
		]);
		expect((await cut(document, { type: "auto" })).map(({ text }) => text)).toEqual(["One.", "Two.", "| a | b |"]);
	});

	test("small paragraphs are put together", async () => {
		const document = documentOfBlocks(Array.from({ length: 10 }, (_, i) => prose(sentence(i))));
		const chunks = await cut(document, { type: "auto" });
		expect(chunks.length).toBe(2);
	});
});

describe("page", () => {
	test("a page is one chunk, and several only where it is too large", async () => {
		const page = (number: number, sentences: number) =>
			prose(Array.from({ length: sentences }, (_, i) => sentence(i)).join(" "), {
				page_start: number,
				page_end: number,
			});
		const document = documentOfBlocks([page(1, 3), page(1, 3), page(2, 30), page(3, 1)]);
		const chunks = await cut(document, { type: "page", page: { max_tokens: 150 } });
		expect(chunks.map(({ location }) => location.page_start)).toEqual([1, 2, 2, 2, 3]);
	});

	test("a document without pages is one page", async () => {
		const chunks = await cut(documentOfBlocks([prose("a."), prose("b.")]), { type: "page", page: { max_tokens: 800 } });
		expect(chunks.map(({ text }) => text)).toEqual(["a.\n\nb."]);
	});
});

describe("json", () => {
	test("records of one element are together, those of the next are not", async () => {
		const pointers = ["/0/name", "/0/items/0", "/0/items/1", "/1/name", "/1/items/0"];
		const document = documentOf(
			pointers.map((json_pointer) => ({ kind: "record", text: `"${json_pointer}"\n`, location: { json_pointer } })),
		);
		const chunks = await cut(document, { type: "json", json: { max_tokens: 400 } });
		expect(chunks.map(({ location }) => location.json_pointer)).toEqual(["/0", "/1"]);
	});
});

test("a document without blocks has no chunks", async () => {
	expect(await cut(documentOf([]), { type: "auto" })).toEqual([]);
	expect(await cut(documentOf([{ kind: "gap", text: "\n\n" }]), { type: "page", page: { max_tokens: 800 } })).toEqual(
		[],
	);
});

test("a word longer than a chunk is cut up and put back together whole", async () => {
	const word = "🙂字x".repeat(2000);
	const chunks = await cut(documentOfBlocks([prose(word)]), { type: "auto" });
	expect(chunks.length).toBeGreaterThan(10);
	expect(chunks.map(({ text }) => text).join("")).toBe(word);
});
