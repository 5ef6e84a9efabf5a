import { type Matrix, mapBox } from "./pdf-geometry.ts";
import type { Box } from "./pdf-page.ts";
import { type Pdfium, type Pointer, withMemory } from "./pdfium.ts";

const PATH = 2;
const IMAGE = 3;
const FORM = 5;
/** Drawings (maps, charts) are made of tens of thousands of paths; tables of hundreds of rules. */
const MOST_OBJECTS = 5_000;
const THIN = 3;

/** The rules and images of a page as it is shown. */
export function pageMarks(pdfium: Pdfium, page: Pointer, shown: Matrix): { rules: Box[]; images: Box[] } {
	const rules: Box[] = [];
	const images: Box[] = [];
	withMemory(pdfium, 16, (memory) => {
		const bounds = (object: Pointer): Box | undefined => {
			if (!pdfium._FPDFPageObj_GetBounds(object, memory, memory + 4, memory + 8, memory + 12)) return undefined;
			const [left = 0, bottom = 0, right = 0, top = 0] = pdfium.HEAPF32.subarray(memory >> 2, (memory >> 2) + 4);
			return mapBox(shown, { left, top, right, bottom });
		};
		const count = Math.min(pdfium._FPDFPage_CountObjects(page), MOST_OBJECTS);
		for (let index = 0; index < count; index++) {
			const object = pdfium._FPDFPage_GetObject(page, index);
			const type = pdfium._FPDFPageObj_GetType(object);
			if (type !== PATH && type !== IMAGE && type !== FORM) continue;
			const box = bounds(object);
			if (box === undefined) continue;
			if (type === PATH) rules.push(...edges(box));
			// The bounds of what a form holds are in the form's own space; its image is nearly always as large as it is.
			else if (type === IMAGE || holdsImage(pdfium, object)) images.push(box);
		}
	});
	return { rules, images };
}

function holdsImage(pdfium: Pdfium, form: Pointer): boolean {
	const count = Math.min(pdfium._FPDFFormObj_CountObjects(form), 20);
	for (let index = 0; index < count; index++) {
		if (pdfium._FPDFPageObj_GetType(pdfium._FPDFFormObj_GetObject(form, index)) === IMAGE) return true;
	}
	return false;
}

/** A thin box is a rule; of a larger one its upper and lower edges separate rows as a rule does. */
function edges(box: Box): Box[] {
	const [width, height] = [box.right - box.left, box.bottom - box.top];
	if (height <= THIN || width <= THIN) return width > 2 * THIN || height > 2 * THIN ? [box] : [];
	return [
		{ ...box, bottom: box.top },
		{ ...box, top: box.bottom },
		{ ...box, right: box.left },
		{ ...box, left: box.right },
	];
}
