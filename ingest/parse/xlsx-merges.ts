import type { Zip } from "./zip.ts";

/** Merged cells; rows from 1, columns from 0, both ends inclusive. The value stands in the first. */
export type Merge = { top: number; left: number; bottom: number; right: number };

/** Merges are listed behind the rows, so a sheet is looked through once more for them; a larger one goes without. */
const LARGEST = 64 * 1024 * 1024;
const MOST = 100_000;

export async function mergesOf(zip: Zip, part: string): Promise<Merge[]> {
	if (zip.size(part) > LARGEST) return [];
	const merges: Merge[] = [];
	let held = "";
	for await (const bytes of zip.stream(part)) {
		held += Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
		for (const [, ref] of held.matchAll(/<(?:\w+:)?mergeCell\b[^>]{0,200}?\bref="([^"]{1,40})"/g)) {
			const merge = mergeOf(ref ?? "");
			if (merge && merges.length < MOST) merges.push(merge);
		}
		// An element may be cut in two by the chunk.
		held = held.slice(Math.max(held.lastIndexOf(">") + 1, held.length - 300));
	}
	return merges;
}

function mergeOf(ref: string): Merge | undefined {
	const [, left, top, right, bottom] = /^\$?([A-Z]+)\$?(\d+):\$?([A-Z]+)\$?(\d+)$/.exec(ref) ?? [];
	if (!left || !right) return undefined;
	return { top: Number(top), left: columnOf(left), bottom: Number(bottom), right: columnOf(right) };
}

/** A column's index by its letters: A is 0, AA is 26; -1 where there are none. */
export function columnOf(ref: string): number {
	let column = 0;
	for (let i = 0; i < ref.length; i++) {
		const letter = ref.charCodeAt(i) - 64;
		if (letter < 1 || letter > 26) break;
		column = column * 26 + letter;
	}
	return column - 1;
}
