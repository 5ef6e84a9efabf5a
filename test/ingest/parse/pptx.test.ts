import { describe, expect, test } from "vitest";
import { type Block, read } from "./read.ts";
import { rels, zipped } from "./zipped.ts";

const brief = ({ kind, text, location }: Block) => [location.page_start, kind, text, ...(location.headings ?? [])];

const box = (lines: string[], placeholder = "") =>
	`<p:sp><p:nvSpPr><p:nvPr>${placeholder && `<p:ph type="${placeholder}"/>`}</p:nvPr></p:nvSpPr><p:txBody>${lines.map((line) => `<a:p><a:r><a:t>${line}</a:t></a:r></a:p>`).join("")}</p:txBody></p:sp>`;
const cell = (text: string, attributes = "") =>
	`<a:tc ${attributes}><a:txBody><a:p><a:r><a:t>${text}</a:t></a:r></a:p></a:txBody></a:tc>`;
const table = (rows: string[][]) =>
	`<p:graphicFrame><a:tbl><a:tblPr firstRow="1"/>${rows.map((row) => `<a:tr>${row.join("")}</a:tr>`).join("")}</a:tbl></p:graphicFrame>`;

/** Slides in the order given, which is not that of their files. */
function slides(xml: string[], more: Record<string, string> = {}): Buffer {
	const ids = xml.map((_, i) => `<p:sldId id="${256 + i}" r:id="rId${xml.length - i}"/>`).join("");
	return zipped({
		"_rels/.rels": rels([["officeDocument", "ppt/presentation.xml"]]),
		"ppt/presentation.xml": `<p:presentation><p:sldIdLst>${ids}</p:sldIdLst></p:presentation>`,
		"ppt/_rels/presentation.xml.rels": rels(xml.map((_, i) => ["slide", `slides/slide${i + 1}.xml`])),
		...Object.fromEntries(xml.map((slide, i) => [`ppt/slides/slide${xml.length - i}.xml`, `<p:sld>${slide}</p:sld>`])),
		...more,
	});
}

describe("a PPTX file", () => {
	test("gives titles, text boxes, tables and notes slide by slide", async () => {
		const { blocks, facts } = await read(
			"a.pptx",
			slides(
				[
					box(["Our year"], "ctrTitle") + box(["Ann", "Bob"], "subTitle") + box(["1"], "sldNum"),
					box(["below"]) + box(["Sales"], "title"),
					table([
						[cell("Region"), cell("Q1"), cell("Q2")],
						[cell("North"), cell("1"), cell("2")],
						[cell("South", 'gridSpan="2"'), cell("", 'hMerge="1"'), cell("3")],
					]),
				],
				{
					"ppt/slides/_rels/slide2.xml.rels": rels([
						["notesSlide", "../notesSlides/notesSlide1.xml"],
						["diagramData", "../diagrams/data1.xml"],
					]),
					"ppt/notesSlides/notesSlide1.xml": `<p:notes>${box(["2"], "sldNum")}${box(["Say it slowly."], "body")}</p:notes>`,
					"ppt/diagrams/data1.xml":
						"<dgm:dataModel><dgm:ptLst><dgm:pt><dgm:t><a:p><a:r><a:t>Plan</a:t></a:r></a:p></dgm:t></dgm:pt><dgm:pt><dgm:t><a:p><a:r><a:t>Do</a:t></a:r></a:p></dgm:t></dgm:pt></dgm:ptLst></dgm:dataModel>",
				},
			),
		);
		expect(blocks.map(brief)).toEqual([
			[1, "heading", "Our year"],
			[1, "paragraph", "Ann\nBob", "Our year"],
			[2, "heading", "Sales"],
			[2, "paragraph", "below", "Sales"],
			[2, "paragraph", "Plan\nDo", "Sales"],
			[2, "paragraph", "Notes: Say it slowly.", "Sales"],
			[3, "table", "Region: North; Q1: 1; Q2: 2"],
			[3, "table", "Region: South; Q2: 3"],
		]);
		expect(facts).toEqual({ title: "Our year", pages: 3, warnings: [] });
		expect(blocks.every(({ location }) => location.page_end === location.page_start)).toBe(true);
	});

	test("keeps its slides' numbers across empty ones", async () => {
		const { blocks } = await read("a.pptx", slides([box(["one"]), "", box(["three"])]));
		expect(blocks.map(brief)).toEqual([
			[1, "paragraph", "one"],
			[3, "paragraph", "three"],
		]);
	});

	test("without its presentation is refused", async () => {
		await expect(read("a.pptx", zipped({ "ppt/other.xml": "" }))).rejects.toMatchObject({ code: "invalid_file" });
	});
});
