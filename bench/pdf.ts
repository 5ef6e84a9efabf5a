/**
 * What PDF readers find, and how fast: `node bench/pdf.ts [folder]`, where the folder (../shared/data by default) holds
 * pdf_extract (icdar2013: pages with the true cells of their tables) and sec10q/docs (plain speed).
 *
 * "pairs": of the neighbouring cells in a true table's row, how many stand on one line of the text, both whole, on
 * their page. "named": of the cells below a column's head, how many stand on one line with it. "words": of the words of
 * the true cells, how many are on their page. "pages/s": reading the filings, per second of processor time.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parsePdf } from "../ingest/parse/pdf.ts";
import { loadPdfium } from "../ingest/parse/pdfium.ts";
import { printTable } from "./table.ts";

const folder = process.argv[2] ?? "../shared/data";
const icdar = join(folder, "pdf_extract/icdar2013");
const filings = join(folder, "sec10q/docs");

/** Lines of text by page, counted from 1. */
type Reader = (path: string) => Promise<Map<number, string[]>>;
/** `heads` are the names of the cells' columns; "" in the head row itself and where a column has none. */
type TrueRow = { page: number; cells: string[]; heads: string[] };

const readers: [string, Reader][] = [
	["pdf-parse getText", withPdfParse("text")],
	["pdf-parse getTable", withPdfParse("table")],
	["pdfjs items only", withPdfParse("items")],
	["PDFium text", readWithPdfium],
	["this parser", readWithOurs],
];

const rows: string[][] = [];
for (const [name, read] of readers) {
	const score = await scoreTables(read);
	rows.push([
		name,
		...[score.pairs, score.allPairs, score.named, score.allNamed].map(String),
		percent(score.pairs, score.allPairs),
		percent(score.named, score.allNamed),
		percent(score.words, score.allWords),
		(await pagesPerSecond(read)).toFixed(0),
	]);
}
printTable(["reader", "pairs", "of", "named", "of", "pairs %", "named %", "words %", "pages/s"], rows);

async function scoreTables(read: Reader) {
	const score = { pairs: 0, allPairs: 0, named: 0, allNamed: 0, words: 0, allWords: 0 };
	for (const name of readdirSync(icdar).filter((file) => file.endsWith(".pdf"))) {
		const truth = trueRows(readFileSync(join(icdar, name.replace(".pdf", "-str.xml")), "utf8"));
		const pages = await read(join(icdar, name)).catch((error) => {
			console.error(`${name}: ${error}`);
			return new Map<number, string[]>();
		});
		const before = { ...score };
		for (const { page, cells, heads } of truth) {
			const lines = (pages.get(page) ?? []).map(squeezed);
			const all = lines.join("");
			for (const word of cells.flatMap((cell) => cell.split(/\s+/)).map(squeezed)) {
				if (word === "") continue;
				score.allWords++;
				if (all.includes(word)) score.words++;
			}
			for (const [index, cell] of cells.entries()) {
				const head = squeezed(heads[index] ?? "");
				if (head !== "") {
					score.allNamed++;
					if (lines.some((line) => line.includes(squeezed(cell)) && line.includes(head))) score.named++;
				}
				const next = cells[index + 1];
				if (next === undefined) continue;
				score.allPairs++;
				if (lines.some((line) => line.includes(squeezed(cell)) && line.includes(squeezed(next)))) score.pairs++;
			}
		}
		if (process.env.VERBOSE) {
			console.error(name, score.pairs - before.pairs, "of", score.allPairs - before.allPairs);
		}
	}
	return score;
}

/** Per second of processor time, so that the table holds on a machine that does other things too. */
async function pagesPerSecond(read: Reader): Promise<number> {
	const files = readdirSync(filings).filter((file) => file.endsWith(".pdf"));
	const started = process.cpuUsage();
	let pages = 0;
	for (const file of files) pages += (await read(join(filings, file)).catch(() => new Map())).size;
	const { user, system } = process.cpuUsage(started);
	return (pages / (user + system)) * 1_000_000;
}

/** The non-empty cells of each row, in the order of their columns. */
function trueRows(xml: string): TrueRow[] {
	const rows: TrueRow[] = [];
	for (const [, attributes = "", region = ""] of xml.matchAll(/<region([^>]*)>(.*?)<\/region>/gs)) {
		const page = Number(attributes.match(/page=["'](\d+)["']/)?.[1]);
		const byRow = new Map<number, { column: number; text: string }[]>();
		for (const [, place = "", cell = ""] of region.matchAll(/<cell([^>]*)>(.*?)<\/cell>/gs)) {
			const row = Number(place.match(/start-row=["'](\d+)["']/)?.[1]);
			const column = Number(place.match(/start-col=["'](\d+)["']/)?.[1]);
			const text = unescaped(cell.match(/<content>(.*?)<\/content>/s)?.[1] ?? "").trim();
			if (squeezed(text) !== "") byRow.set(row, [...(byRow.get(row) ?? []), { column, text }]);
		}
		const heads = new Map<number, string>();
		for (const [row, unsorted] of [...byRow].sort(([a], [b]) => a - b)) {
			const cells = unsorted.sort((a, b) => a.column - b.column);
			if (row === 0) for (const { column, text } of cells) heads.set(column, text);
			const named = cells.map(({ column }) => (row === 0 || column === 0 ? "" : (heads.get(column) ?? "")));
			rows.push({ page, cells: cells.map(({ text }) => text), heads: named });
		}
	}
	return rows;
}

function unescaped(xml: string): string {
	return xml
		.replace(/&#(x?)([\da-f]+);/gi, (_, hex, code) => String.fromCodePoint(Number.parseInt(code, hex ? 16 : 10)))
		.replaceAll("&lt;", "<")
		.replaceAll("&gt;", ">")
		.replaceAll("&quot;", '"')
		.replaceAll("&apos;", "'")
		.replaceAll("&amp;", "&");
}

/** Without spaces, leaders and the kinds of dashes and quotes, which readers write differently. */
function squeezed(text: string): string {
	return text
		.normalize("NFKC")
		.replace(/[‐-―−-]/g, "-")
		.replace(/[‘’‚‛`']/g, "'")
		.replace(/[“”„"]/g, '"')
		.replace(/\.{3,}|[\s|\u00ad]/g, "");
}

function percent(part: number, whole: number): string {
	return ((100 * part) / whole).toFixed(1);
}

async function readWithOurs(path: string): Promise<Map<number, string[]>> {
	const pages = new Map<number, string[]>();
	for await (const pieces of parsePdf({ path, filename: path, bytes: 1 })) {
		for (const piece of pieces) {
			if (piece.kind === "gap") continue;
			const page = piece.location.page_start ?? 0;
			pages.set(page, [...(pages.get(page) ?? []), ...piece.text.split("\n")]);
		}
	}
	return pages;
}

async function readWithPdfium(path: string): Promise<Map<number, string[]>> {
	const pdfium = await loadPdfium();
	const pages = new Map<number, string[]>();
	const data = readFileSync(path);
	const memory = pdfium.wasmExports.malloc(data.length);
	pdfium.HEAPU8.set(data, memory);
	const document = pdfium._FPDF_LoadMemDocument(memory, data.length, 0);
	for (let index = 0; index < pdfium._FPDF_GetPageCount(document); index++) {
		const page = pdfium._FPDF_LoadPage(document, index);
		const text = pdfium._FPDFText_LoadPage(page);
		const codes = Array.from({ length: pdfium._FPDFText_CountChars(text) }, (_, at) =>
			pdfium._FPDFText_GetUnicode(text, at),
		);
		pages.set(
			index + 1,
			codes
				.map((code) => String.fromCodePoint(code))
				.join("")
				.split("\r\n"),
		);
		pdfium._FPDFText_ClosePage(text);
		pdfium._FPDF_ClosePage(page);
	}
	pdfium._FPDF_CloseDocument(document);
	pdfium.wasmExports.free(memory);
	return pages;
}

function withPdfParse(what: "text" | "table" | "items"): Reader {
	return async (path) => {
		const { PDFParse } = await import("pdf-parse");
		const parser = new PDFParse({ data: new Uint8Array(readFileSync(path)), verbosity: 0, disableFontFace: true });
		const pages = new Map<number, string[]>();
		try {
			if (what === "text") {
				for (const { num, text } of (await parser.getText()).pages) pages.set(num, text.split("\n"));
			} else if (what === "table") {
				for (const { num, tables } of (await parser.getTable()).pages) {
					pages.set(
						num,
						tables.flat().map((cells) => cells.join(" ").replaceAll("\n", " ")),
					);
				}
			} else {
				// biome-ignore lint/complexity/useLiteralKeys: the document below is private, and this is TypeScript's door to it
				const document = await parser["load"]();
				for (let number = 1; number <= document.numPages; number++) {
					const page = await document.getPage(number);
					const { items } = await page.getTextContent();
					const text = items
						.map((item: { str: string; hasEOL: boolean } | object) =>
							"str" in item ? item.str + (item.hasEOL ? "\n" : " ") : "",
						)
						.join("");
					pages.set(number, text.split("\n"));
					page.cleanup();
				}
			}
		} finally {
			await parser.destroy();
		}
		return pages;
	};
}
