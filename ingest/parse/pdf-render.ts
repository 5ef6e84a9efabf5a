import type { Box } from "./pdf-page.ts";
import { type Pdfium, type Pointer, withMemory } from "./pdfium.ts";

/** Tesseract reads type best at some 300 dots to the inch; a page of more pixels than this is larger than A4. */
const DOTS_PER_INCH = 300;
const MOST_PIXELS = 9_000_000;
const GREY = 1;
const ANNOTATIONS = 1;
const GREYSCALE = 8;

/** Pixels to a point, for a part of a page. */
export function renderScale({ left, top, right, bottom }: Box): number {
	const area = Math.max(1, (right - left) * (bottom - top));
	return Math.min(DOTS_PER_INCH / 72, Math.sqrt(MOST_PIXELS / area));
}

/** Draws a part of a page as a PGM image, turned clockwise by so many quarters. `box` is in points of the page as shown. */
export function renderPart(pdfium: Pdfium, page: Pointer, box: Box, scale: number, quarters: number): Buffer {
	const sideways = quarters % 2 === 1;
	const across = Math.max(1, Math.round((box.right - box.left) * scale));
	const down = Math.max(1, Math.round((box.bottom - box.top) * scale));
	const [width, height] = sideways ? [down, across] : [across, down];
	const pageWidth = Math.round(pdfium._FPDF_GetPageWidth(page) * scale);
	const pageHeight = Math.round(pdfium._FPDF_GetPageHeight(page) * scale);
	// How far the part's upper left corner, once turned, is from the turned page's.
	const offsets: [number, number][] = [
		[box.left * scale, box.top * scale],
		[pageHeight - box.bottom * scale, box.left * scale],
		[pageWidth - box.right * scale, pageHeight - box.bottom * scale],
		[box.top * scale, pageWidth - box.right * scale],
	];
	const [x, y] = (offsets[quarters] ?? [0, 0]).map(Math.round);
	return withMemory(pdfium, width * height, (pixels) => {
		const bitmap = pdfium._FPDFBitmap_CreateEx(width, height, GREY, pixels, width);
		if (bitmap === 0) throw new Error("the page cannot be drawn");
		try {
			pdfium._FPDFBitmap_FillRect(bitmap, 0, 0, width, height, 0xffffffff);
			const size = sideways ? ([pageHeight, pageWidth] as const) : ([pageWidth, pageHeight] as const);
			const flags = ANNOTATIONS | GREYSCALE;
			pdfium._FPDF_RenderPageBitmap(bitmap, page, -(x ?? 0), -(y ?? 0), ...size, quarters, flags);
			return Buffer.concat([
				Buffer.from(`P5\n${width} ${height}\n255\n`),
				pdfium.HEAPU8.subarray(pixels, pixels + width * height),
			]);
		} finally {
			pdfium._FPDFBitmap_Destroy(bitmap);
		}
	});
}
