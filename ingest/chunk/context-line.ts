import { mergeLocations } from "../../src/location.ts";
import type { ChunkSource } from "./strategy.ts";
import type { Unit } from "./unit.ts";

const MAX_LENGTH = 300;

/** The line that a chunk is indexed and sent with: "title › heading path". It says what the chunk's own words may not. */
export function contextLine({ filename, facts }: ChunkSource, units: Unit[]): string {
	const title = facts.title?.trim() || filename;
	const headings = mergeLocations(units.map((unit) => unit.location)).headings ?? [];
	// A heading that is the chunk's own first line needs no saying twice.
	const above = headings.filter((heading) => heading !== title && heading !== units[0]?.text.trim());
	return [title, ...above].join(" › ").replaceAll(/\s+/g, " ").slice(0, MAX_LENGTH);
}
