import { describe, expect, test } from "vitest";
import { readingOrder } from "../../../ingest/parse/pdf-columns.ts";
import { joinLine } from "../../../ingest/parse/pdf-hyphens.ts";
import { linesOf } from "../../../ingest/parse/pdf-lines.ts";
import type { Word } from "../../../ingest/parse/pdf-page.ts";
import { tableText } from "../../../ingest/parse/pdf-rows.ts";
import { findTables } from "../../../ingest/parse/pdf-tables.ts";

/** A text of words at (x, y) in type of 10 points, 5 points to a letter. */
function words(x: number, y: number, text: string): Word[] {
	let left = x;
	return text.split(" ").map((word) => {
		const placed = { text: word, x: left, right: left + 5 * word.length, y, size: 10, bold: false, cut: false };
		left = placed.right + 3;
		return placed;
	});
}

/** Rows of cells at fixed columns, 12 points apart. */
function grid(columns: number[], rows: string[][], top = 100): Word[] {
	return rows.flatMap((cells, row) =>
		cells.flatMap((cell, column) => (cell === "" ? [] : words(columns[column] ?? 0, top + 12 * row, cell))),
	);
}

function tables(placed: Word[]): string[] {
	return findTables(linesOf(placed), []).flatMap((part) => (Array.isArray(part) ? [] : [tableText(part, [])]));
}

describe("words of a page", () => {
	test("on one baseline are a line, a raised one with them", () => {
		const raised = { ...words(80, 96, "2")[0]!, size: 6 };
		expect(
			linesOf([...words(0, 112, "second line"), ...words(0, 100, "first line of"), raised]).map((line) => line.text),
		).toEqual(["first line of 2", "second line"]);
	});

	test("in two columns of prose are read down the one and then the other", () => {
		const column = (name: string) => Array.from({ length: 6 }, (_, row) => `${name}${row} runs on for a while here`);
		const [left, right] = [column("left"), column("right")];
		const placed = left.flatMap((text, row) => [...words(0, 12 * row, text), ...words(220, 12 * row, right[row]!)]);
		expect(readingOrder(placed, []).map((lines) => lines.map(({ text }) => text))).toEqual([left, right]);
	});

	test("in the columns of a table stay in their rows", () => {
		const placed = grid(
			[0, 150, 250],
			[
				["Sales", "1,200", "1,100"],
				["Costs", "800", "700"],
				["Profit", "400", "400"],
				["Tax", "100", "100"],
			],
		);
		expect(readingOrder(placed, [])).toHaveLength(1);
	});
});

describe("a table", () => {
	test.each([
		[
			"with a head gives each cell its column's name",
			[
				["Item", "2022", "2021"],
				["Sales", "1,200", "1,100"],
				["Costs", "800", "700"],
			],
			"Item | 2022 | 2021\nItem: Sales; 2022: 1,200; 2021: 1,100\nItem: Costs; 2022: 800; 2021: 700",
		],
		[
			"without a head gives its cells side by side",
			[
				["Sales", "1,200", "1,100"],
				["Costs", "800", "700"],
				["Profit", "400", "400"],
			],
			"Sales | 1,200 | 1,100\nCosts | 800 | 700\nProfit | 400 | 400",
		],
		[
			"with an empty cell keeps the others under their names",
			[
				["Item", "Plan", "Actual"],
				["Sales", "1,200", "1,100"],
				["Costs", "", "700"],
			],
			"Item | Plan | Actual\nItem: Sales; Plan: 1,200; Actual: 1,100\nItem: Costs; Actual: 700",
		],
		[
			"with a cell of two lines joins them",
			[
				["Item", "Plan"],
				["Sales of goods", "1,200"],
				["and services", ""],
				["Costs", "800"],
			],
			"Item | Plan\nItem: Sales of goods and services; Plan: 1,200\nItem: Costs; Plan: 800",
		],
		[
			"puts a sign of currency to its figure",
			[
				["Sales", "$ 1,200", "$ 1,100"],
				["Costs", "800", "700"],
				["Profit", "400", "400"],
			],
			"Sales | $1,200 | $1,100\nCosts | 800 | 700\nProfit | 400 | 400",
		],
	])("%s", (_, rows, expected) => {
		expect(tables(grid([0, 150, 250], rows))).toEqual([expected]);
	});

	test("is not seen in a list of marked items", () => {
		expect(
			tables(
				grid(
					[0, 25],
					[
						["•", "first of them"],
						["•", "second of them"],
						["•", "third of them"],
					],
				),
			),
		).toEqual([]);
	});
});

test.each([
	["a cut word", "inter-", "national law", [], "international law"],
	["a compound seen before", "a long-", "term plan", ["long-term"], "a long-term plan"],
	["a prefix with its hyphen", "non-", "profit", [], "non-profit"],
	["a number", "a 30-", "day limit", [], "a 30-day limit"],
	["a name", "Smith-", "Jones", [], "Smith-Jones"],
	["a suspended hyphen", "two-", "and three-year", [], "two- and three-year"],
	["plain words", "the end", "of it", [], "the end of it"],
])("joins lines at %s", (_, text, next, compounds, expected) => {
	expect(joinLine(text, next, new Set(compounds))).toBe(expected);
});
