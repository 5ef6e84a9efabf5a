import type { Piece } from "../../src/types.ts";
import type { Numbering } from "./docx-numbering.ts";
import type { ParagraphStyle } from "./docx-styles.ts";
import { DocxTable } from "./docx-table.ts";
import { HtmlBlocks } from "./html-blocks.ts";
import { isOn, type XmlAttributes } from "./xml.ts";

/** What the paragraphs of a body refer to. */
export type DocxParts = { styles: Map<string, ParagraphStyle>; numbering: Numbering; notes: Map<string, string> };

type Paragraph = {
	text: string;
	style: ParagraphStyle;
	level?: number;
	listId?: string;
	depth?: number;
	notes: string[];
};

/** What was moved away, and the picture of a text box for programs that cannot show one. */
const SKIPPED = new Set(["moveFrom", "Fallback"]);

/** Hears the events of a document's XML and makes blocks of them. Deleted text is left out, inserted text kept. */
export class DocxBody {
	/** The first paragraph in the style Title. */
	title: string | undefined;
	readonly #parts: DocxParts;
	readonly #blocks = new HtmlBlocks();
	// A text box is a paragraph, or a table, inside a paragraph.
	readonly #paragraphs: Paragraph[] = [];
	readonly #tables: DocxTable[] = [];
	#notesOfTable: string[] = [];
	readonly #noteCounts = { footnote: 0, endnote: 0 };
	#skipped = 0;
	#inProperties = 0;
	#inText = false;
	#bold = false;

	constructor(parts: DocxParts) {
		this.#parts = parts;
	}

	take(): Piece[] {
		return this.#blocks.take();
	}

	open(name: string, attributes: XmlAttributes): void {
		if (SKIPPED.has(name)) this.#skipped++;
		if (this.#skipped > 0) return;
		const table = this.#tables.at(-1);
		const { val } = attributes;
		if (name === "pPr" || name === "rPr") this.#inProperties++;
		if (this.#inProperties > 0) this.#property(name, val);
		else if (name === "p") this.#paragraphs.push({ text: "", style: {}, notes: [] });
		else if (name === "r") this.#bold = false;
		else if (name === "t") this.#inText = true;
		else if (name === "tab" || name === "ptab") this.#add("\t");
		else if (name === "br" || name === "cr") this.#add("\n");
		else if (name === "noBreakHyphen") this.#add("-");
		else if (name === "footnoteReference") this.#note("footnote", attributes.id);
		else if (name === "endnoteReference") this.#note("endnote", attributes.id);
		else if (name === "tbl") this.#tables.push(new DocxTable());
		else if (name === "tc") table?.openCell();
		else if (name === "gridSpan") table?.span(Number(val));
		else if (name === "vMerge" && val !== "restart") table?.continued();
		else if (name === "tblHeader" && isOn(val)) table?.markHeader();
		else if (name === "tblLook" && table) {
			table.styled = isOn(attributes.firstRow ?? (Number.parseInt(val ?? "0", 16) & 0x20 ? "1" : "0"));
		}
	}

	text(words: string): void {
		if (this.#inText && this.#skipped === 0) this.#add(words);
	}

	close(name: string): void {
		if (SKIPPED.has(name)) this.#skipped--;
		else if (this.#skipped > 0) return;
		else if (name === "pPr" || name === "rPr") this.#inProperties--;
		else if (name === "t") this.#inText = false;
		else if (name === "p") this.#endParagraph();
		else if (name === "tc") this.#tables.at(-1)?.closeCell();
		else if (name === "tr") this.#rows(this.#tables.at(-1)?.closeRow());
		else if (name === "tbl") {
			this.#rows(this.#tables.pop()?.end());
			if (this.#tables.length > 0) return;
			for (const note of this.#notesOfTable) this.#paragraph(note);
			this.#notesOfTable = [];
		}
	}

	#property(name: string, val: string | undefined): void {
		const paragraph = this.#paragraphs.at(-1);
		if (name === "b") this.#bold = isOn(val);
		if (paragraph === undefined || val === undefined) return;
		if (name === "pStyle") paragraph.style = this.#parts.styles.get(val) ?? {};
		else if (name === "outlineLvl") paragraph.level = Number(val) + 1;
		else if (name === "numId") paragraph.listId = val;
		else if (name === "ilvl") paragraph.depth = Number(val);
	}

	#add(text: string): void {
		const paragraph = this.#paragraphs.at(-1);
		if (paragraph) paragraph.text += text;
		if (this.#tables.at(-1)?.inCell) this.#tables.at(-1)?.text(text, this.#bold);
	}

	/** A note's text stands as a paragraph of its own behind the one that refers to it, under the same number. */
	#note(kind: "footnote" | "endnote", id: string | undefined): void {
		const text = this.#parts.notes.get(`${kind} ${id}`);
		if (text === undefined || text.trim() === "") return;
		const number = ++this.#noteCounts[kind];
		this.#add(`[${number}]`);
		const note = `[${number}] ${text.trim()}`;
		if (this.#tables.length > 0) this.#notesOfTable.push(note);
		else this.#paragraphs.at(-1)?.notes.push(note);
	}

	#endParagraph(): void {
		const paragraph = this.#paragraphs.pop();
		if (paragraph === undefined) return;
		if (this.#tables.at(-1)?.inCell) {
			this.#tables.at(-1)?.text(" ");
			return;
		}
		const level = paragraph.level ?? paragraph.style.level;
		if (level === 0 && this.title === undefined) this.title = paragraph.text.replace(/\s+/g, " ").trim() || undefined;
		this.#paragraph(paragraph.text, level, this.#label(paragraph));
		for (const note of paragraph.notes) this.#paragraph(note);
	}

	#label({ text, style, listId, depth }: Paragraph): string {
		// List 0 is Word's way to take a paragraph out of its style's list.
		const id = listId ?? style.list?.id;
		if (id === undefined || id === "0" || text.trim() === "") return "";
		return this.#parts.numbering.next(id, depth ?? style.list?.depth ?? 0);
	}

	#paragraph(text: string, level?: number, label = ""): void {
		if (level !== undefined && level < 10) {
			this.#blocks.heading(level);
			if (label !== "" && label !== "-") this.#blocks.text(`${label} `);
		} else if (label !== "") this.#blocks.item(label);
		for (const [i, line] of text.split("\n").entries()) {
			if (i > 0) this.#blocks.lineBreak();
			this.#blocks.text(line);
		}
		this.#blocks.flush();
		this.#blocks.plain();
	}

	#rows(lines: string[] = []): void {
		for (const line of lines) this.#blocks.row(line);
	}
}
