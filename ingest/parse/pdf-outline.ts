import { type Pdfium, type Pointer, readText } from "./pdfium.ts";

/** An entry of the outline that a reader shows beside the document. `depth` counts from 1. */
export type OutlineEntry = { title: string; depth: number; page: number };

/** Outlines of millions of entries, or that lead back into themselves, exist in broken files. */
const MOST_ENTRIES = 5_000;
const DEEPEST = 8;

/** The entries of the outline that lead to a page and say something, in their order. */
export function outlineOf(pdfium: Pdfium, document: Pointer): OutlineEntry[] {
	const entries: OutlineEntry[] = [];
	const seen = new Set<Pointer>();
	const visit = (parent: Pointer, depth: number) => {
		let bookmark = pdfium._FPDFBookmark_GetFirstChild(document, parent);
		while (bookmark !== 0 && !seen.has(bookmark) && seen.size < MOST_ENTRIES) {
			seen.add(bookmark);
			const item = bookmark;
			const title = readText(pdfium, (buffer, bytes) => pdfium._FPDFBookmark_GetTitle(item, buffer, bytes));
			const page = pageOf(pdfium, document, bookmark);
			if (page > 0 && isTelling(title)) entries.push({ title: title.replace(/\s+/g, " ").trim(), depth, page });
			if (depth < DEEPEST) visit(bookmark, depth + 1);
			bookmark = pdfium._FPDFBookmark_GetNextSibling(document, bookmark);
		}
	};
	visit(0, 1);
	return entries;
}

function pageOf(pdfium: Pdfium, document: Pointer, bookmark: Pointer): number {
	const direct = pdfium._FPDFBookmark_GetDest(document, bookmark);
	const action = direct === 0 ? pdfium._FPDFBookmark_GetAction(bookmark) : 0;
	const destination = action === 0 ? direct : pdfium._FPDFAction_GetDest(document, action);
	return destination === 0 ? 0 : pdfium._FPDFDest_GetDestPageIndex(document, destination) + 1;
}

/** Word's hidden bookmarks and "page 7" say nothing about what stands there. */
function isTelling(title: string): boolean {
	return /\p{L}{2}/u.test(title) && !/^\s*(_|(page|slide|seite|folie)\s*\d+\s*$)/i.test(title);
}
