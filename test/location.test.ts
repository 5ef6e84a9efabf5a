import { describe, expect, test } from "vitest";
import { describeLocation, locate, mergeLocations } from "../src/location.ts";
import type { Location } from "../src/types.ts";

describe("merging", () => {
	test.each([
		{ name: "nothing", given: [], merged: {} },
		{
			name: "one, which stays as it is",
			given: [{ page_start: 3, page_end: 3, headings: ["A", "B"] }],
			merged: { page_start: 3, page_end: 3, headings: ["A", "B"] },
		},
		{
			name: "pages, from the first to the last",
			given: [
				{ page_start: 5, page_end: 5 },
				{ page_start: 3, page_end: 4 },
			],
			merged: { page_start: 3, page_end: 5 },
		},
		{
			name: "a page without an end",
			given: [{ page_start: 5 }, { page_start: 3 }],
			merged: { page_start: 3, page_end: 5 },
		},
		{
			name: "rows of one sheet",
			given: [
				{ row_start: 1, row_end: 9, sheet: "Q1" },
				{ row_start: 10, row_end: 12, sheet: "Q1" },
			],
			merged: { row_start: 1, row_end: 12, sheet: "Q1" },
		},
		{
			name: "rows of two sheets, of which none is named",
			given: [
				{ row_start: 1, row_end: 1, sheet: "Q1" },
				{ row_start: 2, row_end: 2, sheet: "Q2" },
			],
			merged: { row_start: 1, row_end: 2 },
		},
		{
			name: "pointers, to the smallest value that holds all",
			given: [{ json_pointer: "/20/subcommittees/5" }, { json_pointer: "/20/subcommittees/6/name" }],
			merged: { json_pointer: "/20/subcommittees" },
		},
		{
			name: "a pointer and its parent",
			given: [{ json_pointer: "/a/b" }, { json_pointer: "/a" }],
			merged: { json_pointer: "/a" },
		},
		{
			name: "keys that only begin alike",
			given: [{ json_pointer: "/ab" }, { json_pointer: "/ac" }],
			merged: { json_pointer: "" },
		},
		{
			name: "headings, as far as they are shared",
			given: [
				{ headings: ["Guide", "Setup", "Linux"] },
				{ headings: ["Guide", "Setup"] },
				{ headings: ["Guide", "Setup", "Mac"] },
			],
			merged: { headings: ["Guide", "Setup"] },
		},
		{
			name: "text read from an image and text that was not",
			given: [
				{ page_start: 2, page_end: 2 },
				{ page_start: 2, page_end: 2, ocr: true },
			],
			merged: { page_start: 2, page_end: 2, ocr: true },
		},
		{ name: "a place under a heading and one under none", given: [{ headings: ["Guide"] }, {}], merged: {} },
	] satisfies { name: string; given: Location[]; merged: Location }[])("$name", ({ given, merged }) => {
		expect(mergeLocations(given)).toEqual(merged);
		expect(mergeLocations(given.toReversed())).toEqual(merged);
	});
});

test("a span's location is that of the blocks it touches, not of those it ends at", () => {
	const blocks = [1, 2, 3].map((page) => ({
		start: page * 100,
		end: page * 100 + 90,
		location: { page_start: page, page_end: page },
	}));
	expect(locate(blocks, 150, 160)).toEqual({ page_start: 1, page_end: 1 });
	expect(locate(blocks, 189, 201)).toEqual({ page_start: 1, page_end: 2 });
	expect(locate(blocks, 190, 300)).toEqual({ page_start: 2, page_end: 2 });
	expect(locate(blocks, 190, 200)).toEqual({});
});

describe("in words", () => {
	test.each([
		[{}, ""],
		[{ page_start: 5 }, "page 5"],
		[{ page_start: 5, page_end: 5, headings: ["Costs", "Total"] }, "page 5, Costs › Total"],
		[{ row_start: 119, row_end: 121, sheet: "Q1" }, "sheet Q1, rows 119–121"],
		[{ json_pointer: "/20/subcommittees/5", headings: ["House", "Trade"] }, "/20/subcommittees/5, House › Trade"],
		[{ json_pointer: "" }, "/"],
		[{ page_start: 2, page_end: 2, ocr: true }, "page 2, read by OCR"],
	] satisfies [Location, string][])("%j is %j", (location, words) => {
		expect(describeLocation(location)).toBe(words);
	});
});
