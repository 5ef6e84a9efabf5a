import type { Location } from "./types.ts";

/**
 * The location of a span that covers several blocks: from the first page or row to the last, and what all share. `ocr`
 * where any of it was read from an image: the whole is then no surer than that.
 */
export function mergeLocations(locations: Location[]): Location {
	const merged: Location = {};
	for (const [low, high] of [
		["page_start", "page_end"],
		["row_start", "row_end"],
	] as const) {
		const starts = locations.flatMap((location) => location[low] ?? []);
		if (starts.length === 0) continue;
		merged[low] = Math.min(...starts);
		merged[high] = Math.max(...locations.flatMap((location) => location[high] ?? location[low] ?? []));
	}
	const sheets = new Set(locations.map((location) => location.sheet));
	const [sheet] = sheets;
	if (sheets.size === 1 && sheet !== undefined) merged.sheet = sheet;
	const pointers = locations.flatMap((location) => location.json_pointer ?? []);
	if (pointers.length > 0) merged.json_pointer = commonPrefix(pointers.map((pointer) => pointer.split("/"))).join("/");
	const headings = commonPrefix(locations.map((location) => location.headings ?? []));
	if (headings.length > 0) merged.headings = headings;
	if (locations.some((location) => location.ocr)) merged.ocr = true;
	return merged;
}

/** The location of `[start, end)`: that of all blocks it touches. */
export function locate(
	blocks: { start: number; end: number; location: Location }[],
	start: number,
	end: number,
): Location {
	return mergeLocations(
		blocks.filter((block) => block.start < end && block.end > start).map((block) => block.location),
	);
}

/** "page 5", "rows 119–121", "/20/subcommittees/5 (House … › Trade)": a location in a few words. */
export function describeLocation(location: Location): string {
	const parts: string[] = [];
	if (location.sheet !== undefined) parts.push(`sheet ${location.sheet}`);
	if (location.page_start !== undefined) parts.push(range("page", location.page_start, location.page_end));
	if (location.row_start !== undefined) parts.push(range("row", location.row_start, location.row_end));
	// "rows 1–8" says where it is in JSON Lines; that all of them are of the document says nothing.
	const whole = location.json_pointer === "" && location.row_start !== undefined;
	if (location.json_pointer !== undefined && !whole) parts.push(location.json_pointer || "/");
	if (location.headings?.length) parts.push(location.headings.join(" › "));
	if (location.ocr) parts.push("read by OCR");
	return parts.join(", ");
}

function range(unit: string, start: number, end: number | undefined): string {
	return end === undefined || end === start ? `${unit} ${start}` : `${unit}s ${start}–${end}`;
}

function commonPrefix(lists: string[][]): string[] {
	const [first = [], ...rest] = lists;
	const length = first.findIndex((item, place) => rest.some((list) => list[place] !== item));
	return length === -1 ? first : first.slice(0, length);
}

/** Whether a text goes on behind this place: what stands beside a row or a record is of something else. */
export function isProse({ row_start, json_pointer }: Location): boolean {
	return row_start === undefined && json_pointer === undefined;
}
