import type { TextItem } from "./pdf-document.ts";

/** A line of text on a page, in points: `x` and `right` are its ends, `y` its baseline growing downwards. */
export type TextLine = {
	text: string;
	x: number;
	right: number;
	y: number;
	/** Size of its largest type. */
	size: number;
	/** True where it has a gap as wide as between a table's columns. */
	gappy: boolean;
};

/** Type smaller than this beside readable type is not meant to be read (generators leave marks so). */
const UNREADABLE = 2;

/** Joins a page's text items into lines, in their own order; items on one baseline become one line. */
export function pageLines(items: TextItem[], rotate: number): TextLine[] {
	const largest = items.reduce((size, item) => Math.max(size, item.height), 0);
	const lines: TextLine[] = [];
	let line: TextLine | undefined;
	let ended = false;
	for (const item of items) {
		if (item.height > 0 && item.height < UNREADABLE && largest > 2 * UNREADABLE) continue;
		if (item.str !== "") {
			const { x, y } = position(item, rotate);
			if (line === undefined || ended || !onLine(line, item, y)) {
				if (item.str.trim() !== "") {
					line = { text: item.str, x, right: x + item.width, y, size: item.height, gappy: false };
					lines.push(line);
					ended = false;
				}
			} else {
				append(line, item, x);
			}
		}
		ended ||= item.hasEOL;
	}
	for (const done of lines) done.text = done.text.replace(/\s+/g, " ").trim();
	return lines.filter((done) => done.text !== "");
}

/** Where an item stands on the page as it is shown. */
function position(item: TextItem, rotate: number): { x: number; y: number } {
	const [, , , , x = 0, y = 0] = item.transform;
	if (rotate === 90) return { x: y, y: x };
	if (rotate === 180) return { x: -x, y };
	if (rotate === 270) return { x: -y, y: -x };
	return { x, y: -y };
}

/** Superscripts stand up to half their line's size above it. */
function onLine(line: TextLine, item: TextItem, y: number): boolean {
	return Math.abs(y - line.y) <= 0.5 * Math.max(line.size, item.height, 1);
}

function append(line: TextLine, item: TextItem, x: number): void {
	const gap = item.str.trim() === "" ? item.width : x - line.right;
	if (gap > 1.5 * line.size) line.gappy = true;
	const apart = gap > 0.25 * line.size || gap < -line.size;
	if (apart && !line.text.endsWith(" ") && !item.str.startsWith(" ")) line.text += " ";
	line.text += item.str;
	if (item.str.trim() !== "") line.right = Math.max(line.right, x + item.width);
	if (item.height > line.size) line.size = item.height;
}
