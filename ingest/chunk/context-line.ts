import { mergeLocations } from "../../src/location.ts";
import type { ChunkSource } from "./strategy.ts";
import type { Unit } from "./unit.ts";

const MAX_LENGTH = 300;
const BETWEEN = " › ";

/**
 * The line that a chunk is indexed and sent with: "title › sheet › heading path", and for a later part of a long row or
 * record how that begins. It says what the chunk's own words may not.
 */
export function contextLine({ filename, title: own }: ChunkSource, units: Unit[]): string {
	const title = own?.trim() || filename;
	const { sheet, headings = [] } = mergeLocations(units.map((unit) => unit.location));
	// A heading that is the chunk's own first line needs no saying twice.
	const above = headings.filter((heading) => heading !== title && heading !== units[0]?.text.trim());
	const lead = units[0]?.lead;
	const parts = [title, ...(sheet === undefined ? [] : [sheet]), ...above, ...(lead ? [lead] : [])];
	const line = oneLine(parts.join(BETWEEN));
	// Not half a character at the end: Postgres would store a substitute for it.
	return line.slice(0, MAX_LENGTH).replace(/[\uD800-\uDBFF]$/, "");
}

/** A context line without the file's name, where that stands in for a title: what two copies of a file share. */
export function withoutName(line: string, filename: string): string {
	const name = oneLine(filename);
	if (line === name) return "";
	return line.startsWith(name + BETWEEN) ? line.slice(name.length + BETWEEN.length) : line;
}

function oneLine(text: string): string {
	return text.replaceAll(/\s+/g, " ");
}
