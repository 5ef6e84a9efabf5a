import { expect, test } from "vitest";
import { BlockSearch, type Wanted } from "../../lab/block-search.ts";
import type { StoredBlock } from "../../src/store/documents.ts";
import type { Location } from "../../src/types.ts";

/** Blocks of ten characters with one between them. */
function search(wanted: Wanted, blocks: [Location, string?][]) {
	const search = new BlockSearch(wanted);
	for (const [place, [location, text = ""]] of blocks.entries()) {
		const block: StoredBlock = { kind: "record", start: 11 * place, end: 11 * place + 10, tokens: 1, location };
		search.take(block, text);
	}
	const { found } = search;
	return typeof found === "string" ? found : found.map(({ start, end }) => [start, end]);
}

const PAGES: [Location][] = [
	[{ page_start: 1 }],
	[{ page_start: 2 }],
	[{ page_start: 2, page_end: 3 }],
	[{ page_start: 3 }],
];
const ROWS: [Location][] = [[{ row_start: 1 }], [{ row_start: 2, row_end: 4 }], [{ row_start: 5 }]];
const SHEETS: [Location][] = [
	[{ sheet: "A", row_start: 1 }],
	[{ sheet: "B", row_start: 1 }],
	[{ sheet: "B", row_start: 2 }],
];
const VALUES: [Location, string?][] = [
	[{ json_pointer: "" }, "states: 2 items"],
	[{ json_pointer: "/states/0" }, "name: Maine\na/b: 1\ncities: 1 item"],
	[{ json_pointer: "/states/0/cities/0" }, "name: Augusta"],
	[{ json_pointer: "/states/1" }, "name: Ohio"],
	[{ json_pointer: "/states/10" }, "name: Iowa"],
];

test.each([
	["a page, its blocks as one", { page: 2 }, PAGES, [[11, 32]]],
	["a page that a block goes on to", { page: 3 }, PAGES, [[22, 43]]],
	["a row", { row: 5 }, ROWS, [[22, 32]]],
	["a row among several of a block", { row: 3 }, ROWS, [[11, 21]]],
	["a row that one sheet has", { row: 2 }, SHEETS, [[22, 32]]],
	["an object with all within it", { json_pointer: "/states/0" }, VALUES, [[11, 32]]],
	["an object and not one whose key begins so", { json_pointer: "/states/1" }, VALUES, [[33, 43]]],
	["an array", { json_pointer: "/states" }, VALUES, [[11, 54]]],
	["the whole document", { json_pointer: "" }, VALUES, [[0, 54]]],
	["a scalar member as its object's block", { json_pointer: "/states/1/name" }, VALUES, [[33, 43]]],
	["a member whose key is escaped", { json_pointer: "/states/0/a~1b" }, VALUES, [[11, 21]]],
])("finds %s", (_what, wanted, blocks, spans) => {
	expect(search(wanted as Wanted, blocks as [Location, string?][])).toEqual(spans);
});

test.each([
	["a page", { page: 9 }, PAGES, "there is no page 9"],
	["a row", { row: 9 }, ROWS, "there is no row 9"],
	["a page of rows", { page: 1 }, ROWS, "there is no page 1"],
	["a value", { json_pointer: "/states/2" }, VALUES, "there is no value at '/states/2'"],
	["a member", { json_pointer: "/states/1/capital" }, VALUES, "there is no value at '/states/1/capital'"],
	["a row of several sheets", { row: 1 }, SHEETS, "row 1 is on several sheets: give a quote instead"],
])("says why it finds no %s", (_what, wanted, blocks, why) => {
	expect(search(wanted as Wanted, blocks as [Location, string?][])).toBe(why);
});
