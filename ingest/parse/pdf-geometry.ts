import type { Box } from "./pdf-page.ts";
import { type Pdfium, type Pointer, withMemory } from "./pdfium.ts";

/** x' = a·x + c·y + e, y' = b·x + d·y + f */
export type Matrix = { a: number; b: number; c: number; d: number; e: number; f: number };

/** PDFium tells device coordinates in whole pixels: so many to a point. */
const PRECISION = 64;

/** From a page's own space to the page as it is shown: cropped, turned, in points, `y` downwards. */
export function shownMatrix(pdfium: Pdfium, page: Pointer, width: number, height: number): Matrix {
	const at = (x: number, y: number) =>
		withMemory(pdfium, 8, (pointer) => {
			const [w, h] = [Math.round(width * PRECISION), Math.round(height * PRECISION)];
			pdfium._FPDF_PageToDevice(page, 0, 0, w, h, 0, x, y, pointer, pointer + 4);
			const [deviceX = 0, deviceY = 0] = pdfium.HEAP32.subarray(pointer >> 2, (pointer >> 2) + 2);
			return [deviceX / PRECISION, deviceY / PRECISION] as const;
		});
	const [e, f] = at(0, 0);
	const [x1, y1] = at(1000, 0);
	const [x2, y2] = at(0, 1000);
	return { a: (x1 - e) / 1000, b: (y1 - f) / 1000, c: (x2 - e) / 1000, d: (y2 - f) / 1000, e, f };
}

export function mapBox({ a, b, c, d, e, f }: Matrix, { left, top, right, bottom }: Box): Box {
	const x1 = a * left + c * top + e;
	const y1 = b * left + d * top + f;
	const x2 = a * right + c * bottom + e;
	const y2 = b * right + d * bottom + f;
	return { left: Math.min(x1, x2), right: Math.max(x1, x2), top: Math.min(y1, y2), bottom: Math.max(y1, y2) };
}

/** Which way text runs on the page as shown: 0 to the right, 1 downwards, 2 to the left, 3 upwards. */
export function quarterTurns(shown: Matrix, textA: number, textB: number): number {
	const x = shown.a * textA + shown.c * textB;
	const y = shown.b * textA + shown.d * textB;
	return (Math.round(Math.atan2(y, x) / (Math.PI / 2)) + 4) % 4;
}

/** Turns a point of the shown page so that text that ran in direction `turns` runs to the right. */
export function upright(turns: number, x: number, y: number): [x: number, y: number] {
	if (turns === 1) return [y, -x];
	if (turns === 2) return [-x, -y];
	if (turns === 3) return [-y, x];
	return [x, y];
}
