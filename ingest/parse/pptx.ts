import type { DocumentFacts, Location, Piece } from "../../src/types.ts";
import { batched } from "./batched.ts";
import { invalidFile } from "./invalid-file.ts";
import type { Parser, Source } from "./parser.ts";
import { readSlide } from "./pptx-slide.ts";
import { readXmlText, relationshipId } from "./xml.ts";
import { openZip, type Zip } from "./zip.ts";
import { mainPart, relationships, titleOf } from "./zip-package.ts";

/**
 * Presentations, slide by slide in the order they are shown, hidden ones too: the title as a `heading`, a `paragraph`
 * for each text box and diagram, a `table` block for each row of a table, the speaker's notes last. `page_start` and
 * `page_end` are the slide's number. Text in charts and pictures is not read.
 */
export const parsePptx: Parser = (source) => batched(read(source));

/** What PowerPoint calls a presentation that nobody named. */
const UNTITLED = /^(powerpoint[ -]pr[äeé]sentation|presentation|slide 1)$/i;

async function* read(source: Source): AsyncGenerator<Piece, DocumentFacts> {
	const zip = await openZip(source);
	try {
		const slides = await slideParts(source, zip);
		let title = await titleOf(zip);
		if (title !== undefined && UNTITLED.test(title)) title = undefined;
		if (title !== undefined) source.onKnown?.({ title });
		for (const [index, part] of slides.entries()) {
			const own = yield* slidePieces(zip, part, index + 1);
			title ??= own;
		}
		return { pages: slides.length, warnings: [], ...(title !== undefined && { title }) };
	} finally {
		zip.close();
	}
}

async function slideParts(source: Source, zip: Zip): Promise<string[]> {
	const main = (await mainPart(zip)) ?? "ppt/presentation.xml";
	const text = await zip.text(main);
	if (text === undefined) throw invalidFile(source, "is no presentation, or a damaged one; save it again as .pptx");
	const parts = await relationships(zip, main);
	const slides: string[] = [];
	readXmlText(text, {
		open(name, attributes) {
			if (name !== "sldId") return;
			const part = parts.find(({ id }) => id === relationshipId(attributes));
			if (part) slides.push(part.target);
		},
	});
	return slides;
}

/** A slide's pieces; returns its title. */
async function* slidePieces(zip: Zip, part: string, number: number): AsyncGenerator<Piece, string | undefined> {
	const { title, parts } = readSlide((await zip.text(part)) ?? "");
	const location: Location = { page_start: number, page_end: number };
	if (title !== "") yield* block("heading", title, location);
	const below: Location = title === "" ? location : { ...location, headings: [title] };
	for (const { kind, text } of parts) yield* block(kind, text, below);
	const others = await relationships(zip, part);
	for (const [kind, label] of [
		["diagramData", ""],
		["notesSlide", "Notes: "],
	]) {
		for (const { target } of others.filter(({ type }) => type === kind)) {
			const other = readSlide((await zip.text(target)) ?? "");
			const text = other.parts.map((piece) => piece.text).join("\n");
			if (text !== "") yield* block("paragraph", `${label}${text}`, below);
		}
	}
	return title || undefined;
}

function* block(kind: "heading" | "paragraph" | "table", text: string, location: Location): Generator<Piece> {
	yield { kind, text, location };
	yield { kind: "gap", text: kind === "table" ? "\n" : "\n\n" };
}
