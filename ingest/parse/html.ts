import { type Handler, Parser as HtmlParser } from "htmlparser2";
import type { DocumentFacts, Piece } from "../../src/types.ts";
import { batched } from "./batched.ts";
import { decode } from "./decode.ts";
import { HtmlBlocks } from "./html-blocks.ts";
import { HtmlTable } from "./html-table.ts";
import type { Parser, Source } from "./parser.ts";

/**
 * HTML as a reader sees it: a block for each heading, paragraph, list item and table row, white space collapsed,
 * entities decoded, scripts and styles left out. A table with a header row reads "Header: value; Header: value" in
 * each row. `headings` are the headings above a block. The title is the page's.
 */
export const parseHtml: Parser = (source) => batched(read(source));

const SKIPPED = new Set(["script", "style", "noscript", "template", "svg"]);
const BLOCKS = new Set(
	"address article aside blockquote body caption center dd details dialog div dl dt fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 header hr html legend li main nav ol option p pre section summary table tbody td tfoot th thead tr ul".split(
		" ",
	),
);

async function* read(source: Source): AsyncGenerator<Piece, DocumentFacts> {
	const { chunks, warnings } = await decode(source);
	const blocks = new HtmlBlocks();
	let page: ReturnType<typeof pageReader> | undefined;
	for await (const chunk of chunks) {
		page ??= pageReader(blocks, /^\s*<\?xml/.test(chunk));
		page.parser.write(chunk);
		const ready = blocks.take();
		if (ready.length > 0 && titleOf(page) !== "") source.onKnown?.({ title: titleOf(page) });
		yield* ready;
	}
	page?.parser.end();
	blocks.flush();
	yield* blocks.take();
	const title = titleOf(page);
	return title === "" ? { warnings } : { title, warnings };
}

function titleOf(page: ReturnType<typeof pageReader> | undefined): string {
	return (page?.title() ?? "").replace(/\s+/g, " ").trim();
}

/**
 * The parser whose events fill `blocks`; `title()` is the text of `<title>` so far. In XHTML any element may be empty:
 * `<title/>` and `<script src="…"/>` would swallow the page if they were read as HTML.
 */
export function pageReader(blocks: HtmlBlocks, xhtml: boolean): { parser: HtmlParser; title: () => string } {
	const tables: HtmlTable[] = [];
	let skipped = 0;
	let inTitle = false;
	let title = "";

	const handler: Partial<Handler> = {
		onopentag(name, attributes) {
			if (SKIPPED.has(name)) skipped++;
			if (skipped > 0) return;
			if (name === "title") inTitle = true;
			if (tables.at(-1)?.open(name, attributes)) return;
			if (name === "br") blocks.lineBreak();
			if (BLOCKS.has(name)) blocks.flush();
			if (name === "table") tables.push(new HtmlTable());
			else if (/^h[1-6]$/.test(name)) blocks.heading(Number(name[1]));
			else if (name === "pre") blocks.preformatted();
			else if (name === "li") blocks.item();
		},
		ontext(text) {
			if (skipped > 0) return;
			if (inTitle) title += text;
			else if (!tables.at(-1)?.text(text)) blocks.text(text);
		},
		onclosetag(name) {
			if (SKIPPED.has(name)) skipped--;
			else if (skipped === 0) {
				if (name === "title") inTitle = false;
				const table = tables.at(-1);
				if (name === "table" && table) {
					for (const row of table.end()) blocks.row(row);
					tables.pop();
				} else if (table) {
					for (const row of table.close(name)) blocks.row(row);
					if (table.inCell) return;
				}
				if (BLOCKS.has(name)) blocks.flush();
				if (/^(h[1-6]|pre|li)$/.test(name)) blocks.plain();
			}
		},
	};
	const parser = new HtmlParser(handler, { recognizeSelfClosing: xhtml });
	return { parser, title: () => title };
}
