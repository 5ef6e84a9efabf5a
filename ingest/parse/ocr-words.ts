import type { Word } from "./pdf-page.ts";

type Bounds = { x0: number; y0: number; x1: number; y1: number };

/** The part of Tesseract's result that we use. Bounds are in pixels. */
export type OcrPage = {
	blocks:
		| {
				paragraphs: {
					lines: { words: { text: string; confidence: number; bbox: Bounds }[]; bbox: Bounds; baseline: Bounds }[];
				}[];
		  }[]
		| null;
};

/** Below it Tesseract has mostly read a picture's texture, in percent; of right words nine in ten are above 80. */
const LEAST_CONFIDENCE = 50;
/** A line of which the average is below it is dropped whole: chance letters in a photograph. */
const LEAST_LINE_CONFIDENCE = 60;

/** How well a page was read: the confident letters. The right way up reads many times more than any other. */
export function lettersRead(page: OcrPage): number {
	return goodLines(page).reduce((sum, { words }) => {
		return sum + words.reduce((letters, { text }) => letters + (text.match(/[\p{L}\d]/gu)?.length ?? 0), 0);
	}, 0);
}

/**
 * The words that were read with confidence, as a PDF's are: `scale` is points to a pixel, `left` and `top` where the
 * image stands on the page.
 */
export function ocrWords(page: OcrPage, scale: number, left = 0, top = 0): Word[] {
	const lines = goodLines(page);
	const sizes = lines.map(({ size }) => size * scale).sort((a, b) => a - b);
	const usual = sizes[Math.floor(sizes.length / 2)] ?? 0;
	return lines.flatMap(({ words, size: height, y }) => {
		const size = height * scale;
		return words.map(({ text, bbox }) => ({
			text,
			x: left + bbox.x0 * scale,
			right: left + bbox.x1 * scale,
			y: top + y * scale,
			// A line without tall letters is lower, and no smaller in type.
			size: size > 0.6 * usual && size < 1.4 * usual ? usual : size,
			bold: false,
			cut: false,
			ocr: true as const,
		}));
	});
}

type GoodLine = { words: { text: string; bbox: Bounds }[]; size: number; y: number };

function goodLines({ blocks }: OcrPage): GoodLine[] {
	const lines = (blocks ?? []).flatMap(({ paragraphs }) => paragraphs).flatMap((paragraph) => paragraph.lines);
	return lines.flatMap(({ words, bbox, baseline }) => {
		const mean = words.reduce((sum, { confidence }) => sum + confidence, 0) / words.length;
		const good = words.filter(({ text, confidence }) => confidence >= LEAST_CONFIDENCE && text.trim() !== "");
		const telling = good.some(({ text }) => /[\p{L}\d]{2}|^\d$/u.test(text));
		if (!telling || mean < LEAST_LINE_CONFIDENCE) return [];
		// The baseline in its middle: the lines of a scan that is a little askew stay lines.
		return [{ words: good, size: bbox.y1 - bbox.y0, y: (baseline.y0 + baseline.y1) / 2 }];
	});
}
