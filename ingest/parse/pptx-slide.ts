import { DocxTable } from "./docx-table.ts";
import { isOn, readXmlText } from "./xml.ts";

/** What a slide shows: its title, and its other text boxes and the rows of its tables in their order. */
export type Slide = { title: string; parts: { kind: "paragraph" | "table"; text: string }[] };

/** Placeholders that say the same on every slide: its number, the date, the footer. */
const REPEATED = new Set(["sldNum", "dt", "ftr", "hdr", "sldImg"]);

type Shape = { placeholder: string | undefined; lines: string[] };

/** A slide, a page of notes, or a diagram from its XML; lines of a text box stand below each other. */
export function readSlide(xml: string): Slide {
	const slide: Slide = { title: "", parts: [] };
	let shape: Shape = { placeholder: undefined, lines: [] };
	let table: DocxTable | undefined;
	let line = "";
	let inText = false;
	let bold = false;
	// A cell that is hidden behind the one on its left is there as well, and so is not counted twice.
	let hidden = false;

	const endShape = () => {
		const { placeholder, lines } = shape;
		shape = { placeholder: undefined, lines: [] };
		const text = lines.join("\n").trim();
		if (text === "" || REPEATED.has(placeholder ?? "")) return;
		if (/^(title|ctrTitle)$/.test(placeholder ?? "") && slide.title === "") slide.title = text.replace(/\s+/g, " ");
		else slide.parts.push({ kind: "paragraph", text });
	};
	const rows = (lines: string[]) => {
		for (const text of lines) slide.parts.push({ kind: "table", text });
	};

	readXmlText(xml, {
		open(name, attributes) {
			if (name === "ph") shape.placeholder = attributes.type ?? "body";
			else if (name === "t") inText = true;
			else if (name === "p") line = "";
			else if (name === "br") line += "\n";
			else if (name === "rPr") bold = attributes.b !== undefined && isOn(attributes.b);
			else if (name === "r" || name === "fld") bold = false;
			else if (name === "tbl") table = new DocxTable();
			else if (name === "tblPr" && table) table.styled = attributes.firstRow !== undefined && isOn(attributes.firstRow);
			else if (name === "tc" && table) {
				hidden = attributes.hMerge !== undefined && isOn(attributes.hMerge);
				if (hidden) return;
				table.openCell();
				table.span(Number(attributes.gridSpan ?? 1));
				if (attributes.vMerge !== undefined && isOn(attributes.vMerge)) table.continued();
			}
		},
		text(words) {
			if (!inText || hidden) return;
			line += words;
			if (table?.inCell) table.text(words, bold);
		},
		close(name) {
			if (name === "t") inText = false;
			else if (name === "p") {
				if (table?.inCell) table.text(" ");
				else if (line.trim() !== "") shape.lines.push(line.replace(/[\t\v]+/g, " ").trimEnd());
			} else if (name === "tc") {
				if (!hidden) table?.closeCell();
				hidden = false;
			} else if (name === "tr" && table) rows(table.closeRow());
			else if (name === "tbl" && table) {
				rows(table.end());
				table = undefined;
			} else if (name === "sp" || name === "cxnSp" || name === "ptLst") endShape();
		},
	});
	return slide;
}
