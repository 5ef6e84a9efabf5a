import { mergeLocations } from "../../src/location.ts";
import type { ChunkSource } from "./strategy.ts";
import type { Unit } from "./unit.ts";

const MAX_LENGTH = 300;

/** The line that a chunk is indexed and sent with: "title › sheet › heading path". It says what the chunk's own words may not. */
export function contextLine({ filename, facts }: ChunkSource, units: Unit[]): string {
	const title = facts.title?.trim() || filename;
	const { sheet, headings = [] } = mergeLocations(units.map((unit) => unit.location));
	// A heading that is the chunk's own first line needs no saying twice.
	const above = headings.filter((heading) => heading !== title && heading !== units[0]?.text.trim());
	const line = [title, ...(sheet === undefined ? [] : [sheet]), ...above].join(" › ").replaceAll(/\s+/g, " ");
	// Not half a character at the end: Postgres would store a substitute for it.
	return line.slice(0, MAX_LENGTH).replace(/[\uD800-\uDBFF]$/, "");
}
