import type { Ocr } from "./ocr.ts";
import { lettersRead, type OcrPage } from "./ocr-words.ts";

/** Tesseract's own detection of the way up needs its legacy engine and its data; trying is cheap where it matters. */
const ENOUGH_LETTERS = 40;
/** Of what Tesseract took for words on an upright page most are; of a turned page's, one in ten. */
const ENOUGH_SHARE = 0.5;

/**
 * Reads an image the way up in which it reads best. `turned` gives the image turned clockwise by so many quarters; the
 * other ways are only tried where the first reads badly.
 */
export async function readUpright(
	ocr: Ocr,
	turned: (quarters: number) => Buffer | undefined,
): Promise<{ page: OcrPage; quarters: number } | undefined> {
	let best: { page: OcrPage; quarters: number; letters: number } | undefined;
	for (const quarters of [0, 2, 1, 3]) {
		const image = turned(quarters);
		if (!image) continue;
		const page = await ocr.read(image);
		const letters = lettersRead(page);
		if (letters > (best?.letters ?? -1)) best = { page, quarters, letters };
		if (letters >= ENOUGH_LETTERS && letters >= ENOUGH_SHARE * allLetters(page)) break;
		// Nothing at all, not even nonsense: a picture without text.
		if (allLetters(page) === 0) break;
	}
	return best;
}

function allLetters({ blocks }: OcrPage): number {
	const lines = (blocks ?? []).flatMap(({ paragraphs }) => paragraphs).flatMap((paragraph) => paragraph.lines);
	const words = lines.flatMap((line) => line.words);
	return words.reduce((sum, { text }) => sum + (text.match(/[\p{L}\d]/gu)?.length ?? 0), 0);
}
