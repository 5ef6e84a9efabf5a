import { describeLocation, mergeLocations } from "../src/location.ts";
import type { StoredBlock } from "../src/store/documents.ts";
import type { Location } from "../src/types.ts";

/** What stands at a page, a row or a JSON pointer. */
export type Wanted = { page: number } | { row: number } | { json_pointer: string };

type Run = { start: number; end: number; location: Location };

/**
 * Collects the blocks of a document, as they come, that stand at a place: neighbours as one span. A pointer to an object or
 * array is all that is within it; one to a scalar member is the block of its object.
 */
export class BlockSearch {
	readonly #wanted: Wanted;
	readonly #at: Run[] = [];
	/** Of the object that a scalar member stands in. */
	readonly #above: Run[] = [];
	#joins = false;

	constructor(wanted: Wanted) {
		this.#wanted = wanted;
	}

	/** The next block, with its text. */
	take(block: StoredBlock, text: string): void {
		const isAt = standsAt(block.location, this.#wanted);
		if (isAt) this.#add(this.#at, block, this.#joins);
		else if (holdsMember(block.location, text, this.#wanted)) this.#add(this.#above, block, false);
		this.#joins = isAt;
	}

	/** Or why there are none, in words for the user. */
	get found(): Run[] | string {
		const runs = this.#at.length > 0 ? this.#at : this.#above;
		if (runs.length === 0) return `there is no ${nameOf(this.#wanted)}`;
		const sheets = new Set(runs.map(({ location }) => location.sheet));
		if (sheets.size > 1) return `${nameOf(this.#wanted)} is on several sheets: give a quote instead`;
		return runs;
	}

	#add(runs: Run[], { start, end, location }: StoredBlock, joins: boolean): void {
		const last = runs.at(-1);
		if (joins && last && last.location.sheet === location.sheet) {
			last.end = end;
			last.location = mergeLocations([last.location, location]);
		} else runs.push({ start, end, location });
	}
}

function standsAt({ page_start, page_end, row_start, row_end, json_pointer }: Location, wanted: Wanted): boolean {
	if ("page" in wanted) return isWithin(wanted.page, page_start, page_end);
	if ("row" in wanted) return isWithin(wanted.row, row_start, row_end);
	if (json_pointer === undefined || !json_pointer.startsWith(wanted.json_pointer)) return false;
	// "/states/10" is not within "/states/1".
	return json_pointer.length === wanted.json_pointer.length || json_pointer.charAt(wanted.json_pointer.length) === "/";
}

function isWithin(place: number, start: number | undefined, end = start): boolean {
	return start !== undefined && end !== undefined && start <= place && place <= end;
}

/** An object's block has its scalar members as lines "key: value". */
function holdsMember({ json_pointer }: Location, text: string, wanted: Wanted): boolean {
	if (!("json_pointer" in wanted)) return false;
	const slash = wanted.json_pointer.lastIndexOf("/");
	if (slash === -1 || json_pointer !== wanted.json_pointer.slice(0, slash)) return false;
	const key = wanted.json_pointer
		.slice(slash + 1)
		.replaceAll("~1", "/")
		.replaceAll("~0", "~");
	return text.split("\n").some((line) => line.startsWith(`${key}: `));
}

function nameOf(wanted: Wanted): string {
	if ("page" in wanted) return describeLocation({ page_start: wanted.page });
	if ("row" in wanted) return describeLocation({ row_start: wanted.row });
	return `value at '${wanted.json_pointer}'`;
}
