import { readFile } from "node:fs/promises";
import { ExcerptError, messageOf } from "../../src/errors.ts";
import { withOrientation } from "./image-orientation.ts";
import { invalidFile } from "./invalid-file.ts";
import { type Ocr, startOcr } from "./ocr.ts";
import { readUpright } from "./ocr-upright.ts";
import { ocrWords } from "./ocr-words.ts";
import type { Parser, Source } from "./parser.ts";
import { pagePieces } from "./pdf-blocks.ts";
import { BodyType, HeadingPath } from "./pdf-headings.ts";
import type { PageContent } from "./pdf-page.ts";

/** Points to a pixel: the layout of pages reckons in points, and scans have some 300 dots to the inch. */
const SCALE = 72 / 300;

/** PNG, JPEG, TIFF (its first page) and WebP: the text that OCR reads in the image, as that of a PDF's scanned page. */
export const parseImage: Parser = async function* (source) {
	if (!source.ocr) {
		const problem = "can only be read with OCR, which is off (OCR=auto turns it on)";
		const rest = "without it are supported: PDF, CSV, JSON, text and other documents";
		throw new ExcerptError("unsupported_file", `${source.filename} ${problem}; ${rest}`);
	}
	const image = await readFile(source.path);
	const ocr = await startOcr(source.ocr.languages);
	try {
		const words = await readWords(source, ocr, image);
		const around = { outline: [], bodyType: new BodyType(), headings: new HeadingPath(), compounds: new Set<string>() };
		yield pagePieces(pageOf(words), 1, new Set(), around).map((piece) =>
			piece.kind === "gap" ? piece : { ...piece, location: { ocr: true as const } },
		);
		return { warnings: [] };
	} finally {
		await ocr.close();
	}
};

async function readWords(source: Source, ocr: Ocr, image: Buffer) {
	try {
		const result = await readUpright(ocr, (quarters) => withOrientation(image, quarters));
		return result ? ocrWords(result.page, SCALE) : [];
	} catch (error) {
		throw invalidFile(source, `is not an image that can be read (${messageOf(error)}); save it again as PNG`, error);
	}
}

function pageOf(words: PageContent["words"]): PageContent {
	const width = Math.max(0, ...words.map(({ right }) => right));
	const height = Math.max(0, ...words.map(({ y }) => y));
	const nothing = { asides: [], rules: [], images: [], pictures: [], complete: true };
	return { turns: 0, shown: { width, height }, width, height, words, ...nothing };
}
